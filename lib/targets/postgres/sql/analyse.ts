import { createHash } from 'node:crypto';
import type { Node } from 'libpg-query';
import { AppError } from '@/lib/contracts/error';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import type { Catalogue } from './catalogue';
import { type Collected, type Context, emptyCollected, type Output, type Scope, type Tie } from './context';
import { walkExpression } from './expression';
import { parseStatement } from './parse';
import { walkSelect } from './select';
import { textKey } from './text-key';
import { walkDelete, walkInsert, walkMerge, walkUpdate } from './write';

export { type Catalogue, type CatalogueTable, catalogueOf } from './catalogue';

/** The analysis with what sampling parameter values needs besides. */
export interface DetailedAnalysis extends StatementAnalysis {
  tree: Node;
  ties: Tie[];
  /** FOR UPDATE, FOR SHARE and the like. */
  locks: boolean;
  functions: ReadonlySet<string>;
  /** Function that a parameter is an argument of, and its place: `date_trunc/0`. */
  argumentOf: ReadonlyMap<number, string>;
  /** Parameters that stand in WHERE or ON. */
  inConditions: ReadonlySet<number>;
}

/**
 * Analyses one statement as pg_stat_statements shows it: which tables and columns it uses and how, and to
 * which column each parameter is tied. Tables outside the catalogue (system tables, functions) are left out.
 * @throws AppError 'unsupported' with the reason: text cut off or not parsable, a utility statement, nested
 * too deeply. Throws nothing else, whatever the text.
 */
export async function analyseStatement(sql: string, catalogue: Catalogue): Promise<StatementAnalysis> {
  const {
    tree: _t,
    ties: _i,
    locks: _l,
    functions: _f,
    argumentOf: _a,
    inConditions: _c,
    ...analysis
  } = await analyseDetailed(sql, catalogue);
  return analysis;
}

/** As analyseStatement, with the parse tree and how each parameter is compared. */
export async function analyseDetailed(sql: string, catalogue: Catalogue): Promise<DetailedAnalysis> {
  const tree = await parseStatement(sql);
  const verb = verbOf(tree);
  if (verb === null) throw new AppError('unsupported', 'A utility statement: it has no plan to improve.');
  const out = emptyCollected();
  try {
    const ctx: Context = {
      catalogue,
      out,
      walk: walkExpression,
      select: walkSelect,
      statement: walkStatement,
    };
    walkStatement(ctx, tree, null);
  } catch (error) {
    if (error instanceof RangeError)
      throw new AppError('unsupported', 'The statement is nested too deeply.', { cause: error });
    throw error;
  }
  const fingerprint = createHash('sha256').update(textKey(sql)).digest('hex');
  return { ...assemble(out), verb, fingerprint, tree };
}

function verbOf(node: Node): StatementAnalysis['verb'] | null {
  if ('SelectStmt' in node) return 'select';
  if ('InsertStmt' in node) return 'insert';
  if ('UpdateStmt' in node) return 'update';
  if ('DeleteStmt' in node) return 'delete';
  if ('MergeStmt' in node) return 'merge';
  return null;
}

function walkStatement(ctx: Context, node: Node, parent: Scope | null): Output {
  if ('SelectStmt' in node) return walkSelect(ctx, node.SelectStmt, parent);
  if ('InsertStmt' in node) return walkInsert(ctx, node.InsertStmt, parent);
  if ('UpdateStmt' in node) return walkUpdate(ctx, node.UpdateStmt, parent);
  if ('DeleteStmt' in node) return walkDelete(ctx, node.DeleteStmt, parent);
  if ('MergeStmt' in node) return walkMerge(ctx, node.MergeStmt, parent);
  return null;
}

function assemble(out: Collected): Omit<DetailedAnalysis, 'verb' | 'fingerprint' | 'tree'> {
  const table = new Map(out.tables.map((t) => [t.ref, t]));
  const count = Math.max(0, ...out.parameters.keys());
  // The protocol's own limit: a Bind message counts parameters in 16 bits.
  if (count > 65_535)
    throw new AppError('unsupported', `Parameter $${count} is more than PostgreSQL can bind.`);
  const ties: Tie[] = [];
  for (let number = 1; number <= count; number++) {
    ties.push(
      out.parameters.get(number) ?? {
        number,
        role: 'other',
        use: null,
        expression: null,
        operator: '',
        bound: null,
        array: false,
      },
    );
  }
  return {
    tables: out.tables.map(({ ref, schema, name }) => ({ ref, schema, name })),
    predicates: out.predicates,
    joins: out.joins,
    groupBy: out.groupBy,
    orderBy: out.orderBy,
    columns: Object.fromEntries([...out.columns].map(([ref, set]) => [ref, set.has('*') ? ['*'] : [...set]])),
    hasLimit: out.hasLimit,
    hasAggregate: out.hasAggregate,
    parameters: ties.map(({ number, role, use }) => {
      const t = use ? table.get(use.ref) : undefined;
      return {
        number,
        role,
        column: t && use ? { schema: t.schema, table: t.name, column: use.column } : null,
      };
    }),
    ties,
    locks: out.locks,
    functions: out.functions,
    argumentOf: out.argumentOf,
    inConditions: out.inConditions,
  };
}
