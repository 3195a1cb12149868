import { AppError } from '@/lib/contracts/error';
import { ownComment } from '../own';
import { quoteIdentifier } from '../quote';
import { tokensOf } from './parse';
import { applyEdits } from './repair';

interface Word {
  text: string;
  start: number;
  end: number;
  depth: number;
}

async function wordsOf(sql: string): Promise<Word[]> {
  let depth = 0;
  return (await tokensOf(sql)).map((t) => {
    if (t.text === ')') depth--;
    const word = { text: t.text.toLowerCase(), start: t.start, end: t.end, depth };
    if (t.text === '(') depth++;
    return word;
  });
}

/** Removes FOR UPDATE, FOR SHARE and their kin at every level, so that the statement reads only. */
export async function withoutLocks(sql: string): Promise<string> {
  const words = await wordsOf(sql);
  const edits: { start: number; end: number; text: string }[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i]?.text !== 'for') continue;
    let j = i + 1;
    while (['no', 'key'].includes(words[j]?.text ?? '')) j++;
    if (!['update', 'share'].includes(words[j]?.text ?? '')) continue;
    if (words[j + 1]?.text === 'of') {
      j += 2;
      while (words[j + 1]?.text === ',' || words[j + 1]?.text === '.') j += 2;
    }
    if (words[j + 1]?.text === 'nowait') j++;
    else if (words[j + 1]?.text === 'skip') j += 2;
    edits.push({ start: words[i]?.start ?? 0, end: words[j]?.end ?? sql.length, text: '' });
    i = j;
  }
  return applyEdits(sql, edits).trim();
}

/**
 * The search that an UPDATE or DELETE makes, as a SELECT of the row address (which needs the row itself, as the
 * write does), marked as Ratchet's own. Parameters keep their numbers; see renumber.
 * @throws AppError 'unsupported' when there is no WHERE.
 */
export async function searchOf(sql: string, targetRef: string): Promise<string> {
  const words = (await wordsOf(sql)).filter((w) => w.depth === 0);
  const verb = words.findIndex((w) => w.text === 'update' || w.text === 'delete');
  const find = (text: string) => words.findIndex((w, i) => i > verb && w.text === text);
  const where = find('where');
  if (verb < 0 || where < 0)
    throw new AppError('unsupported', 'It touches every row: there is no search to probe.');
  const startOf = (i: number) => words[i]?.start ?? sql.length;
  const endOf = (i: number) => words[i]?.end ?? sql.length;
  const isUpdate = words[verb]?.text === 'update';
  const set = find('set');
  const list = isUpdate
    ? words.findIndex((w, i) => i > set && i < where && w.text === 'from')
    : find('using');
  const targetFrom = isUpdate ? endOf(verb) : endOf(verb + 1);
  const targetTo = isUpdate ? startOf(set) : list >= 0 && list < where ? startOf(list) : startOf(where);
  const others = list >= 0 && list < where ? `, ${sql.slice(endOf(list), startOf(where)).trim()}` : '';
  const returning = find('returning');
  const condition = sql
    .slice(endOf(where), returning > where ? startOf(returning) : sql.length)
    .replace(/;\s*$/, '');
  const prefix = sql.slice(0, startOf(verb));
  const target = sql.slice(targetFrom, targetTo).trim();
  return `${prefix}SELECT ${ownComment} ${quoteIdentifier(targetRef)}.ctid FROM ${target}${others} WHERE ${condition.trim()}`;
}

/** Numbers the parameters without gaps, in order of their first use. `from[i]` is the old number of `$(i+1)`. */
export async function renumber(sql: string): Promise<{ sql: string; from: number[] }> {
  const from: number[] = [];
  const edits = (await tokensOf(sql)).flatMap((t) => {
    if (!/^\$\d+$/.test(t.text)) return [];
    const number = Number(t.text.slice(1));
    if (!from.includes(number)) from.push(number);
    return [{ start: t.start, end: t.end, text: `$${from.indexOf(number) + 1}` }];
  });
  return { sql: applyEdits(sql, edits), from };
}
