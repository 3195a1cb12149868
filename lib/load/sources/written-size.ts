/** Nesting beyond which a value is not written out, for the stack is bounded. */
const deepest = 500;

/** What is known of the values looked at before. */
export type Sizes = WeakMap<object, { size: number; height: number }>;

const tooDeep = { size: Number.POSITIVE_INFINITY, height: Number.POSITIVE_INFINITY };

/**
 * About how many characters a value has when written as JSON. What stands in it several times, as aliases of YAML make it, is
 * counted each time, though looked at only once: the answer takes no longer than the document is. Infinite for a value that
 * holds itself or is nested too deeply to be written.
 */
export function writtenSize(value: unknown, known: Sizes = new WeakMap()): number {
  return measure(value, known, 0).size;
}

function measure(value: unknown, known: Sizes, depth: number): { size: number; height: number } {
  if (typeof value === 'string') return { size: value.length + 2, height: 0 };
  if (typeof value !== 'object' || value === null) return { size: 8, height: 0 };
  const before = known.get(value);
  if (before !== undefined) return before;
  if (depth > deepest) return tooDeep;
  // What is found again while it is being measured holds itself.
  known.set(value, tooDeep);
  let size = 2;
  let height = 0;
  for (const [key, part] of Object.entries(value)) {
    const of = measure(part, known, depth + 1);
    size += key.length + 4 + of.size;
    height = Math.max(height, of.height + 1);
  }
  const found = height > deepest ? tooDeep : { size, height };
  known.set(value, found);
  return found;
}
