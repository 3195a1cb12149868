/** JSON of the rows that last, once it was asked for. */
const texts = new WeakMap<object, string | null>();

/**
 * Freezes a row of a snapshot, with all in it, that its collector gives again with each reading until it changes: what is
 * stored of it is written once. One that changed is another object.
 */
export function lastingRow<T extends object>(row: T): T {
  freeze(row);
  texts.set(row, null);
  return row;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

/** The JSON of a snapshot as the store takes it: NUL and halves of surrogate pairs, which jsonb refuses, are replaced. */
export function storableJson(data: object): string {
  const pieces: string[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    pieces.push(pieces.length === 0 ? '{' : ',', `${JSON.stringify(name)}:`);
    if (Array.isArray(value) && value.some((row) => texts.has(row))) addRows(pieces, value);
    else pieces.push(written(value));
  }
  pieces.push(pieces.length === 0 ? '{}' : '}');
  return pieces.join('');
}

function addRows(pieces: string[], rows: readonly object[]): void {
  for (const [i, row] of rows.entries()) {
    pieces.push(i === 0 ? '[' : ',');
    let text = texts.get(row);
    if (typeof text !== 'string') {
      text = written(row);
      if (texts.has(row)) texts.set(row, text);
    }
    pieces.push(text);
  }
  pieces.push(']');
}

/** Keys of a Redis server, for example, may hold what jsonb refuses. */
function written(value: unknown): string {
  const json = JSON.stringify(value);
  // Both are written as escapes. Looking into each string takes longer than writing all of them.
  if (!json.includes('\\u') || !/\\u(0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'string'
      ? part.replace(/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')
      : part,
  );
}
