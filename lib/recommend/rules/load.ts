import type { Exhausted } from '@/lib/contracts/load-analysis';
import type { PgStatement } from '@/lib/contracts/postgres-snapshot';
import type { Horizon } from '@/lib/contracts/recommendation';
import type { Draft, LoadFacts, RecommendFacts, RecommendRule } from '../types';

const noTest = 'No load test of this stack has ended with something measured.';
const limited = 'In the newest load test the generator, not the target, was the limit.';

/** A rule on what reached its bound in the newest load test. */
function onLoad(
  id: string,
  horizon: Horizon,
  threshold: { text: string; source: string },
  drafts: (load: LoadFacts, facts: RecommendFacts) => Draft[],
): RecommendRule {
  return {
    id,
    horizon,
    threshold,
    check(facts) {
      const { load } = facts;
      const services = facts.gathered.targets.filter((t) => t.kind === 'http').map((t) => t.name);
      if (load === null)
        return { drafts: [], looked: [], notEvaluated: services.map((target) => ({ target, why: noTest })) };
      // A generator at its limit says nothing of what the target could bear.
      if (load.exhausted.some((e) => e.what === 'generator'))
        return { drafts: [], looked: [], notEvaluated: [{ target: load.target, why: limited }] };
      const found = drafts(load, facts);
      const looked = new Set([load.target, ...load.databaseTime.keys()]);
      return {
        drafts: found,
        looked: [...looked].map((target) => ({ target, at: load.finishedAt })),
        notEvaluated: [],
      };
    },
  };
}

const said = (load: LoadFacts, e: Exhausted) => ({
  ...{ from: 'measurement' as const, id: `load test ${load.id}`, label: load.title },
  ...{ value: `after ${Math.round(e.at)} s: ${e.said}`, unit: '' },
});

export const rateLimiting = onLoad(
  'rate-limiting',
  'weeks',
  { text: 'more than 1 % of the requests failed for 3 s in a load test', source: 'default alert on errors' },
  (load) =>
    load.exhausted
      .filter((e) => e.what === 'errors')
      .slice(0, 1)
      .map((e) => ({
        target: load.target,
        subject: 'load',
        title: `Limit the rate of requests to ${load.target}`,
        detail:
          'It takes more requests than it can answer, and then fails those that it would have answered too. Answer what is above the rate that it bears with 429 and Retry-After, per client.',
        evidence: [said(load, e)],
      })),
);

export const scaleOut = onLoad(
  'scale-out',
  'months',
  { text: 'all processors of the machine busy in a load test', source: 'Ratchet, docs/load-tests.md' },
  (load) =>
    load.exhausted
      .filter((e) => e.what === 'cpu')
      .slice(0, 1)
      .map((e) => ({
        target: load.target,
        subject: 'cpu',
        title: `Run ${load.target} on more than one machine`,
        detail:
          'At the top of the load the processors had nothing left to give. Make the changes that the findings propose first: they cost less.',
        evidence: [said(load, e)],
      })),
);

const readShare = 0.8;
const timeShare = 0.5;

export const readReplicas = onLoad(
  'read-replicas',
  'months',
  {
    text: `${readShare * 100} % of the database time in reads, and in a load test all processors busy with at least ${timeShare * 100} % of them in statements`,
    source: 'Ratchet',
  },
  (load, { gathered }) => {
    const busy = load.exhausted.find((e) => e.what === 'cpu');
    if (!busy) return [];
    return gathered.targets.flatMap((t): Draft[] => {
      const reads = shareOfReads(t.postgres?.statements ?? []);
      const time = load.databaseTime.get(t.name) ?? 0;
      if (reads === null || reads < readShare || time < timeShare * load.cpus) return [];
      return [
        {
          target: t.name,
          subject: 'reads',
          title: `Send reads of ${t.name} to a replica`,
          detail:
            'A streaming replica takes reads that may be a moment old. Where the same rows are read again and again, a cache costs less.',
          evidence: [
            {
              ...{ from: 'measurement', id: 'pg_stat_statements', label: 'database time in reads' },
              ...{ value: reads, unit: 'ratio' },
            },
            {
              ...{ from: 'measurement', id: `load test ${load.id}`, label: 'most database time' },
              ...{ value: time, unit: 's/s' },
            },
            said(load, busy),
          ],
        },
      ];
    });
  },
);

/** Share of the time of statements that is spent in reads, 0..1; null without statements. */
export function shareOfReads(statements: readonly Pick<PgStatement, 'query' | 'totalMs'>[]): number | null {
  const total = statements.reduce((sum, s) => sum + s.totalMs, 0);
  if (total <= 0) return null;
  const reads = statements.filter((s) => isRead(s.query)).reduce((sum, s) => sum + s.totalMs, 0);
  return reads / total;
}

/** A text that begins as a read and holds no word of a write; what is in doubt counts as a write. */
const isRead = (query: string) =>
  /^\s*(\/\*.*?\*\/\s*)*(select|with|values|table)\b/is.test(query) &&
  !/\b(insert|update|delete|merge|nextval|setval)\b/i.test(query);
