import type pg from 'pg';
import type { CannotCheck, Diagnosis, Finding } from '@/lib/contracts/finding';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { TargetKind } from '@/lib/contracts/target';
import { messageOf } from '@/lib/targets/postgres/errors';
import { adviseTarget } from './index-advice/advise-target';
import { postgresRules } from './rules/postgres';
import type { PostgresContext, RuleResult } from './types';
import { analyseWorkload } from './workload/analyse-workload';

export interface DiagnoseTarget {
  name: string;
  kind: TargetKind;
  /** What the target's collector read, whole; for Postgres a PostgresSnapshot. */
  snapshot: unknown;
  /** Runs a function with an observer connection to the target, for EXPLAIN. Without it no index advice is given. */
  withConnection?: <T>(fn: (client: pg.Client) => Promise<T>) => Promise<T>;
}

export interface DiagnoseInput {
  targets: DiagnoseTarget[];
}

/**
 * Runs every rule on every target. A rule that cannot look says why in `cannotCheck`; findings come heaviest
 * first. Writes nothing; of the targets it asks only EXPLAIN.
 */
export async function diagnose(input: DiagnoseInput): Promise<Diagnosis> {
  const findings: Finding[] = [];
  const cannotCheck: CannotCheck[] = [];
  for (const target of input.targets) {
    for (const result of await rulesOf(target)) {
      findings.push(...result.findings);
      cannotCheck.push(...(result.cannotCheck ?? []));
    }
  }
  return { findings: byWeight(findings), cannotCheck };
}

async function rulesOf(target: DiagnoseTarget): Promise<RuleResult[]> {
  switch (target.kind) {
    case 'postgres': {
      const context = await gatherPostgres(target);
      return postgresRules.map((rule) => rule.check(context));
    }
    default:
      return [];
  }
}

/** Reads what the Postgres rules look at beyond the snapshot: parsed statements and index advice. */
export async function gatherPostgres(target: DiagnoseTarget): Promise<PostgresContext> {
  const snapshot = PostgresSnapshot.parse(target.snapshot);
  const context: PostgresContext = {
    target: target.name,
    snapshot,
    workload: [],
    advice: null,
    adviceMissing: null,
  };
  if (snapshot.statements === null) return { ...context, adviceMissing: snapshot.statementsMissing };
  const workload = await analyseWorkload(snapshot);
  if (!target.withConnection)
    return { ...context, workload, adviceMissing: 'no connection to the database was given' };
  try {
    const advice = await target.withConnection((client) => adviseTarget(client, snapshot, workload));
    return { ...context, workload, advice };
  } catch (error) {
    return { ...context, workload, adviceMissing: `the workload could not be costed: ${messageOf(error)}` };
  }
}

const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;

function byWeight(findings: Finding[]): Finding[] {
  return findings.sort(
    (a, b) => rank[a.severity] - rank[b.severity] || b.weight - a.weight || a.key.localeCompare(b.key),
  );
}
