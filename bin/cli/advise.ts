import { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { bytes, counted, shortSql } from '@/lib/diagnose/finding';
import { type AdviseOptions, defaultBudget } from '@/lib/diagnose/index-advice/advise';
import { adviseTarget } from '@/lib/diagnose/index-advice/advise-target';
import { eachTheSame } from '@/lib/diagnose/index-advice/goal';
import type { Advice, IndexAdvice, WorkloadStatement } from '@/lib/diagnose/types';
import { analyseWorkload } from '@/lib/diagnose/workload/analyse-workload';
import { readWorkload } from '@/lib/diagnose/workload/read-workload';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { createIndexSql, dropIndexSql } from '@/lib/optimize/postgres/index-sql';
import { plannedIndex } from '@/lib/optimize/postgres/planned-index';
import { withObserver } from '@/lib/targets/postgres/connect';
import { indexBodySql } from '@/lib/targets/postgres/index-definition';
import { byteOption } from './byte-option';
import { exit, type Run } from './exit';
import { columns, note, print, printJson } from './output';
import { readText } from './read-json';

interface Options {
  pg: string;
  workload?: string;
  budget?: number;
  json?: boolean;
}

/** A further index is advised when it saves this share of a statement: the reader decides, with size and writes beside it. */
const statementSaving = 0.1;

/** `ratchet advise --pg URL [--workload FILE.sql] [--budget SIZE]` */
export function adviseCommand(done: Run): Command {
  return new Command('advise')
    .description(
      'indexes that a workload wants, with cost before and after, size and write cost; needs no store',
    )
    .requiredOption('--pg <url>', 'a PostgreSQL database')
    .option('--workload <file>', 'SQL statements separated by ; (default: pg_stat_statements)')
    .option(
      '--budget <size>',
      'most storage for all of them, such as 200MB (default: half of the tables)',
      byteOption,
    )
    .option('--json', 'print an array with one entry an index')
    .action(async (options: Options) => {
      const { advice, workload, snapshot, notes } = await adviceOf(options);
      const entries = published(advice, workload, snapshot);
      if (options.json) printJson(entries);
      else print(asText(advice, entries));
      for (const line of notes) note(line);
      done(exit.fine);
    });
}

async function adviceOf({ pg: url, workload: file, budget }: Options) {
  const text = file === undefined ? null : await readText(file);
  return withObserver({ kind: 'postgres', url }, async (client) => {
    const snapshot = await readPostgresSnapshot(client);
    const notes: string[] = [];
    const common: AdviseOptions = { budgetBytes: budget ?? defaultBudget(snapshot), statementSaving };
    if (file !== undefined && text !== null) {
      const { workload, skipped } = await readWorkload(text, file, snapshot);
      for (const s of skipped) notes.push(`skipped ${file}:${s.line}: ${s.reason} (${shortSql(s.text, 80)})`);
      const goal = eachTheSame(workload.length);
      const advice = await adviseTarget(client, snapshot, workload, { ...common, goal });
      return { advice, workload, snapshot, notes: [...notes, ...limitsOf(advice)] };
    }
    if (snapshot.statements === null)
      throw new AppError(
        'unsupported',
        `${snapshot.statementsMissing ?? 'pg_stat_statements cannot be read.'} Or give the statements with --workload FILE.sql.`,
      );
    const workload = await analyseWorkload(snapshot);
    for (const { statement, unsupported } of workload)
      if (unsupported !== null)
        notes.push(`skipped ${statement.queryId}: ${unsupported} (${shortSql(statement.query, 80)})`);
    const advice = await adviseTarget(client, snapshot, workload, common);
    return { advice, workload, snapshot, notes: [...notes, ...limitsOf(advice)] };
  });
}

/** What bounded the advice, in words. */
function limitsOf({ beyondBudget, budgetBytes, cutShort, hints }: Advice): string[] {
  const lines = beyondBudget
    .slice(0, 5)
    .map(
      (i) =>
        `left out for the budget of ${bytes(budgetBytes)}: an index ${indexBodySql(i)}, about ${bytes(i.sizeBytes)}`,
    );
  if (cutShort) lines.push('The time for costing ran out: there may be more to gain.');
  return [...lines, ...hints];
}

type Entry = ReturnType<typeof published>[number];

function published(advice: Advice, workload: readonly WorkloadStatement[], snapshot: PostgresSnapshot) {
  const texts = new Map(workload.map(({ statement }) => [statement.queryId, statement.query]));
  const names: string[] = [];
  return advice.indexes.map((index) => {
    const facts = plannedIndex(index, snapshot, names);
    names.push(facts.index);
    return {
      statement: `${createIndexSql(facts)};`,
      drop: `${dropIndexSql(facts.schema, facts.index)};`,
      table: `${index.schema}.${index.table}`,
      columns: index.columns,
      include: index.include,
      predicate: index.predicate,
      method: index.method,
      sizeBytes: index.sizeBytes,
      saves: index.gains.map((g) => savingOf(g, texts)),
      writeCost: index.writes.share ?? 0,
      writeCostInWords: index.writes.words,
      redundant: index.redundant.map((r) => ({
        index: `${r.schema}.${r.name}`,
        drop: `${dropIndexSql(r.schema, r.name)};`,
        bytes: r.bytes,
      })),
      basis: index.basis,
    };
  });
}

function savingOf(gain: IndexAdvice['gains'][number], texts: ReadonlyMap<string, string>) {
  return {
    query: texts.get(gain.queryId) ?? gain.queryId,
    id: gain.queryId,
    before: gain.before,
    after: gain.after,
    withoutThisIndex: gain.without,
  };
}

const bases = {
  hypopg:
    "Costs are the planner's own, with hypothetical indexes (HypoPG), in units of one page read in sequence.",
  selectivity:
    'Costs are estimated from the selectivity in pg_stats: HypoPG is not in this database. A trial tells what an index really brings.',
};

function asText(advice: Advice, entries: readonly Entry[]): string {
  if (entries.length === 0) return `No index is worth it for this workload.\n${bases[advice.basis]}`;
  const rows = entries.map((e, i) => [
    `${i + 1}.`,
    e.statement,
    bytes(e.sizeBytes),
    counted(e.saves.length, 'statement'),
    e.saves[0] ? `${cost(e.saves[0].before)} → ${cost(e.saves[0].after)}` : '',
  ]);
  const lines = [
    columns([['', 'index', 'size', 'for', 'cost of the first'], ...rows], [0, 2]),
    '',
    ...entries.flatMap((e, i) => [
      `${i + 1}. ${e.writeCostInWords}.`,
      ...e.redundant.map((r) => `   makes ${r.index} redundant (${bytes(r.bytes)}): ${r.drop}`),
      ...e.saves.map((s) => `   ${s.id}: ${cost(s.before)} → ${cost(s.after)}  ${shortSql(s.query, 80)}`),
    ]),
    '',
    `${counted(entries.length, 'index', 'indexes')}, about ${bytes(entries.reduce((sum, e) => sum + e.sizeBytes, 0))} of a budget of ${bytes(advice.budgetBytes)}. ${bases[advice.basis]}`,
  ];
  return lines.join('\n');
}

const cost = (n: number) => (n >= 100 ? Math.round(n).toLocaleString('en-US') : n.toFixed(1));
