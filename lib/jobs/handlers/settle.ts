import { settleLoadTests } from '@/lib/load/tests/settle';
import { settleChanges } from '@/lib/optimize/runner';
import { settleTrials } from '@/lib/prove/trial/settle';
import type { Store } from '@/lib/store/client';

/** Settles the changes, trials and load tests that a dead worker left half done; says in words what was done. */
export async function settleHook(store: Store): Promise<string[]> {
  const changes = await settleChanges(store);
  const trials = await settleTrials(store);
  const loadTests = await settleLoadTests(store);
  return [
    ...changes.map((c) => `Change ${c.changeId}: ${c.what}`),
    ...trials.map((t) => `Trial ${t.trialId}: ${t.what}`),
    ...loadTests.map((t) => `Load test ${t.loadTestId}: ${t.what}`),
  ];
}
