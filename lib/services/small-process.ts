/** Megabytes (MiB) of V8: semi-space 4 in place of 16 (the young generation is three of them); heap of old objects 768. */
const heap = { '--max-semi-space-size': 4, '--max-old-space-size': 768 };

/**
 * Arguments and environment that keep a long-running Node process small: V8's heap, and two arenas of glibc's malloc in
 * place of eight a core. What the person's own NODE_OPTIONS or MALLOC_ARENA_MAX says is left to them. Arguments rather
 * than NODE_OPTIONS, which would reach the load generator too, whose heap is to be as Node makes it.
 * What they bring: `npm run bench -- footprint`.
 */
export function smallProcess(env: Record<string, string | undefined>): {
  args: string[];
  env: Record<string, string>;
} {
  // V8 takes its flags with dashes and with underscores.
  const own = (env.NODE_OPTIONS ?? '').replaceAll('_', '-');
  return {
    args: Object.entries(heap).flatMap(([flag, mib]) => (own.includes(flag) ? [] : `${flag}=${mib}`)),
    env: env.MALLOC_ARENA_MAX === undefined ? { MALLOC_ARENA_MAX: '2' } : {},
  };
}
