/** Node, and what starts it. */
const programs = new Set(['node', 'nodejs', 'npm', 'npx', 'yarn', 'pnpm']);
const shells = new Set(['sh', 'bash', 'ash', 'dash']);
/** Programs that go on to the one they are given. */
const wrappers = new Set(['docker-entrypoint.sh', 'tini', 'dumb-init', 'catatonit', 'exec', 'env']);

const baseName = (program: string) => program.split('/').at(-1) ?? '';

/**
 * Whether a container's command starts Node: by its program, behind the usual init programs, or as a command of a shell.
 * `words` are the program and its arguments as the engine gives them (Path and Args).
 */
export function startsNode(words: readonly string[]): boolean {
  const [program, ...rest] = words;
  if (program === undefined) return false;
  const name = baseName(program);
  if (programs.has(name)) return true;
  if (shells.has(name)) {
    const script = rest[rest.indexOf('-c') + 1];
    return rest.includes('-c') && script !== undefined && commandsOf(script).some(startsNode);
  }
  if (!wrappers.has(name)) return false;
  return startsNode(rest.slice(rest.findIndex((word) => !word.startsWith('-') && !isVariable(word))));
}

const isVariable = (word: string) => /^\w+=/.test(word);

/** The commands of a shell script, as words; quotes are left alone. */
function commandsOf(script: string): string[][] {
  return script.split(/&&|\|\||[;|&\n]/).map((command) => {
    const words = command.trim().split(/\s+/);
    const first = words.findIndex((word) => !isVariable(word));
    return first < 0 ? [] : words.slice(first);
  });
}

/** NODE_OPTIONS among variables as the engine gives them (`NAME=value`); empty where it is not set. */
export function nodeOptions(env: readonly string[]): string {
  return env.find((v) => v.startsWith('NODE_OPTIONS='))?.slice('NODE_OPTIONS='.length) ?? '';
}
