import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { ArmPlan, PlanPair } from '@/lib/contracts/plan';
import { type PgStatement, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { Arm } from '@/lib/contracts/trial-record';
import { genericPlan, prepareCosting } from '@/lib/diagnose/workload/generic-plan';
import type { Store } from '@/lib/store/client';
import { loadTarget } from '@/lib/targets/load';
import { type PostgresConnection, withObserver } from '@/lib/targets/postgres/connect';
import { errorCodeOf, messageOf } from '@/lib/targets/postgres/errors';
import { planTree } from '@/lib/targets/postgres/plan-tree';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import type { ChangeSwitch } from './switch';

/** Most statements whose plans are kept with a trial; the rest says little and is large. */
const mostStatements = 5;
/** The rounds wait for it. */
const timeouts = { connectTimeoutMs: 3_000, statementTimeoutMs: 3_000, lockTimeoutMs: 500 };

const About = z.object({ statements: z.array(z.string()).default([]) });

interface Database {
  connection: PostgresConnection;
  snapshot: PostgresSnapshot;
  /** `instead`: the statement that the application sends with the changes. */
  pairs: { pair: PlanPair; statement: PgStatement; instead: string | undefined }[];
}

/**
 * Makes ready to read, once in each arm, how the databases would run the statements that the changes are about: those
 * they were proposed for, else the dearest ones. Plans explain a verdict and are no part of it, so a database that
 * cannot be asked costs the plans and not the trial. `pairs` fills as arms are read.
 */
export async function readPlans(
  store: Store,
  changes: ChangeSwitch,
): Promise<{ pairs: PlanPair[]; read(arm: Arm): Promise<void> }> {
  const databases = await databasesOf(store, changes);
  const seen = new Set<Arm>();
  return {
    pairs: databases.flatMap((d) => d.pairs.map(({ pair }) => pair)),
    async read(arm) {
      if (seen.has(arm)) return;
      seen.add(arm);
      for (const database of databases) await readArm(database, arm);
    },
  };
}

async function databasesOf(store: Store, changes: ChangeSwitch): Promise<Database[]> {
  const rows = await store.db.change.findMany({
    where: { id: { in: changes.changes.map((c) => c.id) }, target: { kind: 'postgres' } },
    select: { id: true, targetId: true },
  });
  const databases: Database[] = [];
  for (const targetId of new Set(rows.map((r) => r.targetId))) {
    const stored = await store.db.snapshot.findUnique({
      where: { targetId_collector: { targetId, collector: 'postgres' } },
    });
    const snapshot = PostgresSnapshot.safeParse(stored?.data).data;
    const { connection, name } = await loadTarget(store, targetId);
    if (!snapshot || connection.kind !== 'postgres') continue;
    const asked = rows
      .filter((r) => r.targetId === targetId)
      .flatMap(({ id }) => About.parse(changes.changes.find((c) => c.id === id)?.plan.facts).statements);
    const instead = changes.changes.flatMap((c) => c.plan.instead ?? []);
    const pairs = statementsOf(snapshot, new Set(asked)).map((statement) => ({
      statement,
      instead: instead.find((i) => i.statement === statement.queryId)?.sql,
      pair: { target: name, queryId: statement.queryId, query: statement.query },
    }));
    databases.push({ connection, snapshot, pairs });
  }
  return databases;
}

/** The statements asked for, else all; the dearest first. A text that was cut off cannot be planned. */
function statementsOf(snapshot: PostgresSnapshot, asked: ReadonlySet<string>): PgStatement[] {
  const whole = (snapshot.statements ?? []).filter((s) => !s.truncated);
  const about = whole.filter((s) => asked.has(s.queryId));
  return (about.length > 0 ? about : whole)
    .toSorted((a, b) => b.totalMs - a.totalMs)
    .slice(0, mostStatements);
}

async function readArm({ connection, snapshot, pairs }: Database, arm: Arm): Promise<void> {
  const catalogue = catalogueOf(snapshot);
  try {
    await withObserver(
      connection,
      async (client) => {
        await prepareCosting(client);
        for (const { pair, statement, instead } of pairs) {
          try {
            // The statement that is sent now has the same parameters.
            const analysis = await analyseStatement(statement.query, catalogue);
            const sent =
              arm === 'after' && instead !== undefined ? { ...statement, query: instead } : statement;
            pair[arm] = planTree(await genericPlan(client, { statement: sent, analysis, unsupported: null }));
          } catch (error) {
            if (lostConnection(error)) throw error;
            pair[arm] = { error: messageOf(error) };
          }
        }
      },
      timeouts,
    );
  } catch (error) {
    const failed: ArmPlan = { error: messageOf(error) };
    for (const { pair } of pairs) pair[arm] ??= failed;
  }
}

/** Whether the session itself is gone (class 08 and 57P), so that no other statement can be planned in it. */
function lostConnection(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unreachable';
  return /^(08|57P)/.test(errorCodeOf(error) ?? '');
}
