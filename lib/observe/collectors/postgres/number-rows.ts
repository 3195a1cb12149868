/**
 * Rows of numbers that the server sends as one text, `oid n n …` joined by commas: as rows of its protocol they cost the
 * server twice as much, and us ten times. A row that is spelt as at the last reading is the same array as then, so what was
 * made of it holds as long as the array is the same.
 */
export class NumberRows {
  #texts: string[] = [];
  #rows = new Map<number, readonly number[]>();

  /** The rows of this text by their first number; the map is good until the next call. */
  next(text: string | null): ReadonlyMap<number, readonly number[]> {
    const texts = text ? text.split(',') : [];
    const before = this.#texts;
    const other: number[] = [];
    for (let i = 0; i < texts.length; i++) if (texts[i] !== before[i]) other.push(i);
    const inPlace =
      texts.length === before.length && other.every((i) => keyOf(texts[i]) === keyOf(before[i]));
    if (inPlace) for (const i of other) this.#rows.set(keyOf(texts[i]), numbersOf(texts[i]));
    else this.#rows = rearranged(texts, before, this.#rows);
    this.#texts = texts;
    return this.#rows;
  }
}

/** Rows came, went, or stand elsewhere. */
function rearranged(
  texts: readonly string[],
  before: readonly string[],
  rows: ReadonlyMap<number, readonly number[]>,
): Map<number, readonly number[]> {
  const spelt = new Map(before.map((text) => [text, rows.get(keyOf(text))]));
  return new Map(texts.map((text) => [keyOf(text), spelt.get(text) ?? numbersOf(text)]));
}

const keyOf = (text = '') => Number.parseInt(text, 10);
const numbersOf = (text = '') => text.split(' ').map(Number);
