import { AppError } from '@/lib/contracts/error';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { parseStatement, tokensOf } from '@/lib/targets/postgres/sql/parse';
import type { WorkloadStatement } from '../types';
import { outputsOf, type SelectOutput } from './outputs';

/** A materialized view that holds the result of a statement. */
export interface ViewDraft {
  schema: string;
  name: string;
  /** The SELECT that fills it. */
  select: string;
  /** Output columns by which a row is unique; empty where none are known. */
  key: string[];
  /** The statement to send in place of the original, with its own parameter numbers. */
  instead: string;
}

/** A draft, or why there is none. */
export type DraftResult = { draft: ViewDraft; why: null } | { draft: null; why: string };

const none = (why: string): DraftResult => ({ draft: null, why });

/** Functions whose result hangs on nothing but their arguments. Others are refused: the view would freeze them. */
const steady = new Set(
  (
    'count sum avg min max array_agg string_agg json_agg jsonb_agg bool_and bool_or every stddev stddev_pop stddev_samp ' +
    'variance var_pop var_samp percentile_cont percentile_disc mode coalesce round floor ceil ceiling abs lower upper ' +
    'length date_trunc date_part extract trunc substring btrim'
  ).split(' '),
);

/**
 * Works out a materialized view for a statement that aggregates. Only where its result does not hang on parameters,
 * save those compared for equality with a grouping column (they become a filter on the view) and those of LIMIT and
 * OFFSET (they stay outside); otherwise says why not.
 */
export async function draftView(item: WorkloadStatement, snapshot: PostgresSnapshot): Promise<DraftResult> {
  const { statement, analysis } = item;
  if (!analysis) return none(item.unsupported ?? 'the statement was not parsed');
  const sql = statement.query.trim().replace(/;\s*$/, '');
  const tokens = await tokensOf(sql);
  const words = tokens.map((t) => sql.slice(t.start, t.end).toLowerCase());
  if (words.filter((w) => w === 'select').length !== 1 || words.includes('with'))
    return none('it has subqueries or WITH, whose parameters cannot be told apart safely');
  if (/\b(now|current_\w+|localtime\w*|random|clock_timestamp|session_user)\b/i.test(sql))
    return none('its result changes with time, session or chance');
  const foreign = analysis.tables.find((t) => !snapshot.searchPath.includes(t.schema));
  if (foreign)
    return none(`${displayIdentifier(foreign.schema)} is not in the search_path of ${snapshot.role}`);
  const tree = await parseStatement(sql).catch((error) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  const outputs = tree && outputsOf(tree);
  if (!outputs) return none('it is not one plain SELECT');
  if (outputs.problem !== null) return none(outputs.problem);
  const unsteady = outputs.functions.find((f) => !steady.has(f));
  if (unsteady) return none(`it calls ${unsteady}(), which is not known to give the same result each time`);

  const at = tailStart(words, tokens);
  const tail = at === null ? '' : sql.slice(at).trim();
  if (at !== null && outputs.sortProblem !== null) return none(outputs.sortProblem);
  const placed = replaceParameters(sql.slice(0, at ?? sql.length), analysis, outputs, tokens, sql);
  if (typeof placed === 'string') return none(placed);
  const table = analysis.tables[0];
  if (!table) return none('its tables are not known');
  const name = `ratchet_mv_${(analysis.fingerprint ?? statement.queryId.replace('-', 'm')).slice(0, 12)}`;
  const columns = outputs.names.map(displayIdentifier).join(', ');
  const filter = placed.filters.length > 0 ? ` WHERE ${placed.filters.join(' AND ')}` : '';
  return {
    why: null,
    draft: {
      schema: table.schema,
      name,
      select: placed.select.trim(),
      key: outputs.key,
      instead: `SELECT ${columns} FROM ${displayIdentifier(table.schema)}.${displayIdentifier(name)}${filter}${tail ? ` ${tail}` : ''}`,
    },
  };
}

interface Token {
  start: number;
  end: number;
}

/** Where ORDER BY, LIMIT, OFFSET or FETCH begins, outside of parentheses: it stays outside of the view. */
function tailStart(words: readonly string[], tokens: readonly Token[]): number | null {
  let depth = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '(') depth++;
    if (word === ')') depth--;
    if (depth > 0) continue;
    const begins = (word === 'order' && words[i + 1] === 'by') || ['limit', 'offset', 'fetch'].includes(word);
    if (begins) return tokens[i]?.start ?? null;
  }
  return null;
}

/**
 * The body with `column = $n` turned into `column = column`, which holds for all rows but those where it is null (and
 * null never equals a parameter). Returns why not, where a parameter is used otherwise.
 */
function replaceParameters(
  body: string,
  analysis: StatementAnalysis,
  outputs: SelectOutput,
  tokens: readonly Token[],
  sql: string,
): { select: string; filters: string[] } | string {
  const filters: string[] = [];
  let select = '';
  let from = 0;
  for (const token of tokens) {
    const text = sql.slice(token.start, token.end);
    if (token.start >= body.length || !/^\$\d+$/.test(text)) continue;
    const number = Number(text.slice(1));
    const uses = analysis.predicates.filter((p) => p.parameters.includes(number));
    const [use] = uses;
    const output = use && outputs.groupColumns.get(use.column);
    if (
      !use ||
      uses.length > 1 ||
      use.operator !== 'eq' ||
      !use.conjunctive ||
      use.expression !== null ||
      output === undefined ||
      !analysis.groupBy.some((g) => g.ref === use.ref && g.column === use.column)
    )
      return `its result hangs on the parameter $${number}, which is not compared for equality with a grouping column`;
    select += `${body.slice(from, token.start)}${displayIdentifier(use.ref)}.${displayIdentifier(use.column)}`;
    from = token.end;
    filters.push(`${displayIdentifier(output)} = $${number}`);
  }
  return { select: select + body.slice(from), filters };
}
