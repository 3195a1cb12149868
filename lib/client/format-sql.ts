/** Words that begin a line of their own, outside of parentheses. Longer ones first. */
const breaks = [
  'left outer join',
  'right outer join',
  'full outer join',
  'left join',
  'right join',
  'full join',
  'inner join',
  'cross join',
  'join',
  'from',
  'where',
  'group by',
  'having',
  'window',
  'order by',
  'limit',
  'offset',
  'union all',
  'union',
  'intersect',
  'except',
  'returning',
  'on conflict',
  'values',
  'set',
];
const token =
  /("(?:[^"]|"")*"|'(?:[^']|'')*'|\/\*[\s\S]*?\*\/|--[^\n]*\n?|\$\d+)|(\()|(\))|(\s+)|([A-Za-z_]\w*)|([\s\S])/g;

/**
 * A statement over several lines: clauses and joins begin a line, conditions of a clause stand under it. Only white
 * space changes; quoted text and comments stay as they are.
 */
export function formatSql(sql: string): string {
  const parts: { text: string; depth: number; word: boolean }[] = [];
  let depth = 0;
  for (const [text, , open, close, space, word] of sql.trim().matchAll(token)) {
    if (close !== undefined) depth = Math.max(0, depth - 1);
    parts.push({ text: space === undefined ? text : ' ', depth, word: word !== undefined });
    if (open !== undefined) depth += 1;
  }
  let out = '';
  let between = false;
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (!part) continue;
    const word = part.word && part.depth === 0 ? part.text.toLowerCase() : '';
    const clause = word === '' ? undefined : breaks.find((b) => startsWith(parts, i, b.split(' ')));
    if (clause !== undefined && out !== '') {
      const words = clause.split(' ').length;
      out = `${out.trimEnd()}\n${parts
        .slice(i, i + words * 2 - 1)
        .map((p) => p.text)
        .join('')}`;
      i += words * 2 - 2;
    } else if ((word === 'and' || word === 'or') && !between) {
      out = `${out.trimEnd()}\n  ${part.text}`;
    } else {
      out += part.text;
    }
    // The "and" of "between … and" belongs to its condition.
    if (word === 'between') between = true;
    else if (word === 'and') between = false;
  }
  return out;
}

/** Whether the words stand from `at` on, with one space between each. */
function startsWith(parts: { text: string; depth: number }[], at: number, words: string[]): boolean {
  return words.every((word, k) => {
    const part = parts[at + 2 * k];
    const gap = k === 0 || parts[at + 2 * k - 1]?.text === ' ';
    return gap && part?.depth === 0 && part.text.toLowerCase() === word;
  });
}

/** The statement on one line, for a row of a table. */
export const oneLine = (sql: string): string => sql.replace(/\s+/g, ' ').trim();
