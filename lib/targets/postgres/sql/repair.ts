import { tokensOf } from './parse';

const typed = new Set(
  'interval date time timestamp timestamptz timetz uuid json jsonb inet bytea numeric bit'.split(' '),
);
const fields = new Set('year month day hour minute second to'.split(' '));

/**
 * Makes a text of pg_stat_statements one that the server accepts again. Normalisation puts $n in places where
 * the grammar wants a literal: `interval '1 day'` becomes `interval $1`, `extract(year from x)` may become
 * `extract($1 from x)`. The former is turned into a cast, the latter into the function call it stands for.
 * Texts without such places come back unchanged.
 */
export async function repairNormalised(sql: string): Promise<string> {
  const tokens = await tokensOf(sql);
  const word = (i: number) => tokens[i]?.text.toLowerCase() ?? '';
  const isParameter = (i: number) => /^\$\d+$/.test(tokens[i]?.text ?? '');
  const edits: { start: number; end: number; text: string }[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token || !isParameter(i)) continue;
    const before = tokens[i - 1];
    const next = tokens[i + 1];
    if (word(i - 2) === 'extract' && word(i - 1) === '(' && word(i + 1) === 'from' && next) {
      const start = tokens[i - 2]?.start ?? token.start;
      edits.push({ start, end: next.end, text: `pg_catalog."extract"(${token.text}, ` });
    } else if (before && typed.has(word(i - 1))) {
      let last = i;
      if (word(i - 1) === 'interval') while (fields.has(word(last + 1))) last++;
      const suffix = last > i ? ` ${sql.slice(next?.start, tokens[last]?.end)}` : '';
      edits.push({
        start: before.start,
        end: tokens[last]?.end ?? token.end,
        text: `${token.text}::${before.text}${suffix}`,
      });
    } else if (
      word(i - 1) === 'zone' &&
      word(i - 2) === 'time' &&
      /^with(out)?$/.test(word(i - 3)) &&
      tokens[i - 4]
    ) {
      const start = tokens[i - 4]?.start ?? token.start;
      edits.push({ start, end: token.end, text: `${token.text}::${sql.slice(start, before?.end)}` });
    }
  }
  return applyEdits(sql, edits);
}

/** Applies non-overlapping replacements given in order of their start. */
export function applyEdits(text: string, edits: { start: number; end: number; text: string }[]): string {
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
