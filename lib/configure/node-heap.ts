import { yamlScalar } from './text';

const MiB = 2 ** 20;
/** Of the memory limit, for V8's old objects; the rest is for code, buffers and stacks. Source: Node.js documentation, --max-old-space-size, which gives 1536 of 2048 MiB. */
const oldShare = 0.75;
/** Of the memory limit, for one of the three semi-spaces of V8's young objects. So that a limit of 2 GiB gets V8's 16 MiB. Source: Node.js documentation, --max-semi-space-size. */
const semiShare = 1 / 128;
const mostSemi = 16;

export interface NodeHeap {
  /** All NODE_OPTIONS, with those that were there. */
  options: string;
  /** The figures and their source, in words. */
  why: string;
}

/**
 * Heap flags for a Node process under a memory limit (bytes), whose NODE_OPTIONS are `present`. Null where the options set
 * an old-object heap that fits the limit: then they are left as they are.
 */
export function nodeHeap(limit: number, present: string): NodeHeap | null {
  // V8 takes its flags with dashes and with underscores.
  const flags = present.split(/\s+/).filter((flag) => flag !== '');
  const isHeap = (flag: string, name: string) => flag.replaceAll('_', '-').startsWith(`--${name}=`);
  const old = flags.find((f) => isHeap(f, 'max-old-space-size'));
  if (old && Number(old.split('=')[1]) * MiB < limit) return null;
  const others = flags.filter((f) => !isHeap(f, 'max-old-space-size') && !isHeap(f, 'max-semi-space-size'));
  const semi = Math.min(mostSemi, 2 ** Math.max(0, Math.floor(Math.log2((limit * semiShare) / MiB))));
  const wanted = Math.floor((limit * oldShare) / MiB);
  const inMiB = Math.round(limit / MiB);
  return {
    options: [...others, `--max-old-space-size=${wanted}`, `--max-semi-space-size=${semi}`].join(' '),
    why: `heap of old objects at ${100 * oldShare} % of the limit of ${inMiB} MiB (Node.js documentation: 1536 of 2048 MiB), so that V8 collects before the limit ends the process; semi-space at 1/128 of it as a power of two, at most V8's own 16 MiB. Not measured: the container takes it when it is made anew, which Ratchet does not do`,
  };
}

/** NODE_OPTIONS as the `environment` of a compose service; compose merges it with the variables of the other file. */
export const asEnvironment = (options: string) => `{ NODE_OPTIONS: ${yamlScalar(options)} }`;

/** Whether options bound the heap of old objects. */
export const boundsHeap = (options: string) => /--max[-_]old[-_]space[-_]size=/.test(options);
