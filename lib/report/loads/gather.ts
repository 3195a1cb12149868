import { LoadPlan } from '@/lib/contracts/load';
import { LoadOutcome } from '@/lib/contracts/load-record';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import { findLoadTest, loadRecord } from '@/lib/load/tests/rows';
import type { Store } from '@/lib/store/client';
import { evidenceOf } from './evidence';

const Shape = LoadPlan.pick({ profile: true }).nullable();

/** A load test as a report carries it, before redaction. @throws AppError not-found; conflict while it runs */
export async function reportLoadTest(store: Store, id: number): Promise<ReportLoadTest> {
  const row = await findLoadTest(store, id);
  // Also refuses one that still runs.
  const measured = row.head !== null || row.state === 'queued' || row.state === 'running';
  const record = measured ? await loadRecord(store, id) : null;
  const profile = Shape.parse(row.plan)?.profile ?? null;
  return {
    id,
    title: row.title,
    target: row.target,
    kind: profile?.kind ?? null,
    model: profile?.model ?? null,
    state: row.state,
    outcome: row.outcome === null ? null : LoadOutcome.parse(row.outcome),
    reason: row.reason,
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    evidence: record && evidenceOf(record),
    figures: null,
    against: null,
  };
}
