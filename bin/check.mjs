// `npm run check`: format and lint, types, import directions. Needs no services; takes seconds.
import fs from 'node:fs';
import path from 'node:path';
import { ensure, root, run, Stop, seconds, stopRunning } from './lib/ensure.mjs';

const at = (...parts) => path.join(root, 'node_modules', ...parts);
const folders = ['app', 'components', 'lib', 'bin', 'demo'].filter((f) => fs.existsSync(path.join(root, f)));

const checks = [
  { name: 'format and lint', args: [at('@biomejs/biome/bin/biome'), 'check', '.'] },
  { name: 'types', args: [at('typescript/bin/tsc'), '--noEmit', '-p', '.'] },
  {
    name: 'import directions',
    args: [
      at('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      ...folders,
    ],
  },
];

/** Runs the checks side by side. Returns how many passed and failed. */
export async function check(say) {
  const results = await Promise.all(
    checks.map(async ({ name, args }) => {
      const since = Date.now();
      const lines = [];
      try {
        await run(process.execPath, args, { what: name, onLine: (line) => lines.push(line) });
        say(`✓ ${name}, ${seconds(since)}`);
        return true;
      } catch (error) {
        if (!(error instanceof Stop)) throw error;
        say(`✗ ${name}\n${lines.join('\n').trim()}`);
        return false;
      }
    }),
  );
  return { passed: results.filter(Boolean).length, failed: results.filter((ok) => !ok).length };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  process.on('SIGINT', () => {
    stopRunning();
    process.exit(130);
  });
  try {
    await ensure(console.log);
    const { failed } = await check(console.log);
    process.exit(failed > 0 ? 1 : 0);
  } catch (error) {
    console.error(`✗ ${error instanceof Stop ? error.message : (error?.stack ?? error)}`);
    process.exit(1);
  }
}
