/** A seeded source of random numbers. */
export interface Random {
  /** Uniform unsigned 32-bit integer. */
  uint32(): number;
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  below(n: number): number;
  /** Standard normal (Box–Muller, one of the pair). */
  normal(): number;
}

/**
 * sfc32 (Doty-Humphrey, PractRand, public domain): 128 bits of state, the same sequence on every machine.
 * `seed` numbers are mixed in one after another; the first dozen outputs are dropped so that near seeds part.
 */
export function seededRandom(...seed: readonly number[]): Random {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const uint32 = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return t >>> 0;
  };
  for (const part of seed) {
    a ^= part | 0;
    b ^= Math.floor(part / 2 ** 32) | 0;
    for (let i = 0; i < 4; i++) uint32();
  }
  for (let i = 0; i < 12; i++) uint32();
  const next = () => uint32() / 2 ** 32;
  return {
    uint32,
    next,
    below: (n) => Math.floor(next() * n),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** 32-bit FNV-1a hash of a text's UTF-16 units, to seed by name. Reference: '' → 2166136261, 'a' → 3826002220. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
