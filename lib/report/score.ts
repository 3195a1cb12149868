import type { ReportDocument, ReportScore, ScorePart } from '@/lib/contracts/report';
import type { EndpointVerdict } from '@/lib/contracts/verdict';
import { plain } from '@/lib/prove/verdict/format';

type Facts = Pick<ReportDocument, 'findings' | 'changes' | 'trials' | 'vitals'>;

/** What a part is made of: the measured input, or why there is none. */
type Input = { value: number; source: string } | { why: string };

interface Rule {
  id: string;
  title: string;
  /** Points of 100 when every part was measured. */
  weight: number;
  unit: string;
  /** In words, as published in docs/score.md. */
  curve: string;
  /** 0 to 1. */
  worth(input: number): number;
  input(facts: Facts): Input;
}

/** The share of the way from `worst` to `best`, 0 to 1. */
const linear = (x: number, worst: number, best: number) =>
  Math.min(1, Math.max(0, (x - worst) / (best - worst)));

/** Weights and curves are ours; docs/score.md says what each stands on. */
const rules: readonly Rule[] = [
  {
    id: 'response-time',
    title: 'Response time, p95 of the slowest endpoint',
    weight: 30,
    unit: 'ms',
    curve: 'full at 100 ms or less, nothing from 2 s on, in between by its logarithm',
    worth: (ms) => linear(Math.log(Math.max(ms, 1e-3)), Math.log(2_000), Math.log(100)),
    input(facts) {
      const now = present(facts);
      const slowest = now?.endpoints.filter(isHttp).sort((a, b) => b.p95 - a.p95)[0];
      return now && slowest
        ? { value: slowest.p95, source: `${slowest.endpoint}, trial ${now.trial}, ${now.state}` }
        : { why: 'no HTTP endpoint was measured' };
    },
  },
  {
    id: 'errors',
    title: 'Requests that failed',
    weight: 20,
    unit: 'share',
    curve: 'full without an error, nothing from 5 % on, straight in between',
    worth: (share) => linear(share, 0.05, 0),
    input(facts) {
      const now = present(facts);
      const requests = now?.endpoints.reduce((sum, e) => sum + e.requests, 0) ?? 0;
      const errors = now?.endpoints.reduce((sum, e) => sum + e.errors, 0) ?? 0;
      return now && requests > 0
        ? { value: errors / requests, source: `${requests} requests, trial ${now.trial}, ${now.state}` }
        : { why: 'no request was measured' };
    },
  },
  {
    id: 'findings',
    title: 'Open findings, a critical one counting 1',
    weight: 20,
    unit: '',
    curve: '1 ÷ (1 + sum), with critical 1, high 0.5, medium 0.1, low 0.02',
    worth: (sum) => 1 / (1 + sum),
    input(facts) {
      const open = openFindings(facts);
      const sum = open.reduce((total, f) => total + load[f.severity], 0);
      return { value: sum, source: `${open.length} of ${facts.findings.length} findings are open` };
    },
  },
  {
    id: 'buffer-hit-ratio',
    title: 'Blocks found in the buffers of PostgreSQL',
    weight: 10,
    unit: 'share',
    curve: 'full at 99 %, nothing at 90 % or less, straight in between',
    worth: (share) => linear(share, 0.9, 0.99),
    input: (facts) => worstMean(facts, 'pg.hit_ratio'),
  },
  {
    id: 'cache-hit-ratio',
    title: 'Keys found in Redis',
    weight: 10,
    unit: 'share',
    curve: 'full at 95 %, nothing at 50 % or less, straight in between',
    worth: (share) => linear(share, 0.5, 0.95),
    input: (facts) => worstMean(facts, 'redis.hit_ratio'),
  },
  {
    id: 'connections',
    title: 'Connections in use, of those allowed',
    weight: 10,
    unit: 'share',
    curve: 'full at half or less, nothing from 95 % on, straight in between',
    worth: (share) => linear(share, 0.95, 0.5),
    input(facts) {
      const shares = means(facts, 'pg.connections').flatMap((used) => {
        const most = means(facts, 'pg.connections_max').find((m) => m.target === used.target);
        return most && most.mean > 0 ? [{ target: used.target, share: used.mean / most.mean }] : [];
      });
      const highest = shares.sort((a, b) => b.share - a.share)[0];
      return highest
        ? { value: highest.share, source: `${highest.target}, mean over the pass` }
        : { why: 'the connections of no database were watched' };
    },
  },
];

const load = { critical: 1, high: 0.5, medium: 0.1, low: 0.02 } as const;

const grades: readonly [least: number, grade: ReportScore['grade']][] = [
  [95, 'A+'],
  [90, 'A'],
  [80, 'B'],
  [70, 'C'],
  [60, 'D'],
  [0, 'F'],
];

/**
 * Score from 0 to 100 of what a report measured: the mean of its parts by their weights. A part that was not measured is
 * left out, and the weight of what is left says how much the score stands on. Pure; docs/score.md is its description.
 */
export function reportScore(facts: Facts): ReportScore {
  const parts = rules.map((rule): ScorePart => {
    const { id, title, weight, unit, curve } = rule;
    const input = rule.input(facts);
    if ('why' in input)
      return { id, title, weight, unit, curve, input: null, worth: null, source: input.why };
    return {
      id,
      title,
      weight,
      unit,
      curve,
      input: input.value,
      worth: rule.worth(input.value),
      source: input.source,
    };
  });
  const measuredWeight = parts.reduce((sum, p) => sum + (p.worth === null ? 0 : p.weight), 0);
  const points = parts.reduce((sum, p) => sum + (p.worth ?? 0) * p.weight, 0);
  const score = Math.round((points / measuredWeight) * 1000) / 10;
  const grade = grades.find(([least]) => score >= least)?.[1] ?? 'F';
  return { score, grade, measuredWeight, parts };
}

/** "62.5 of 100 (D), from parts with 80 of 100 weight". */
export function scoreText({ score, grade, measuredWeight }: ReportScore): string {
  const of = measuredWeight < 100 ? `, from parts that weigh ${measuredWeight} of 100` : '';
  return `${plain(score, 3)} of 100 (${grade})${of}`;
}

interface Present {
  trial: number;
  state: 'after' | 'before';
  endpoints: { endpoint: string; p95: number; requests: number; errors: number }[];
}

/**
 * What the stack was measured to do as the pass left it: after, in the trial of all kept changes or of the last one kept;
 * where nothing was kept, before, in the last trial.
 */
function present({ trials }: Facts): Present | null {
  const judged = trials.flatMap((t) => (t.verdict ? [{ ...t, verdict: t.verdict }] : []));
  const kept = judged.findLast((t) => t.kind === 'overall') ?? judged.findLast((t) => t.decision === 'kept');
  const trial = kept ?? judged.at(-1);
  if (!trial) return null;
  const state = kept ? ('after' as const) : ('before' as const);
  const of = (e: EndpointVerdict) =>
    kept
      ? { p95: e.p95.after, requests: e.requestsAfter, errors: e.errorsAfter }
      : { p95: e.p95.before, requests: e.requestsBefore, errors: e.errorsBefore };
  return {
    trial: trial.id,
    state,
    endpoints: trial.verdict.endpoints.map((e) => ({ endpoint: e.endpoint, ...of(e) })),
  };
}

/** Endpoints are named by their request line, statements by their tables. */
const isHttp = ({ endpoint }: { endpoint: string }) => /^(GET|POST|PUT|PATCH|DELETE) \//.test(endpoint);

/** The findings that no change answers which stayed. */
export function openFindings(facts: Pick<Facts, 'findings' | 'changes'>): Facts['findings'] {
  return facts.findings.filter((f) => !answered(facts, f));
}

/**
 * A finding is answered by a change on its subject that stayed, or when all those are whose remedies answer it too: a slow
 * statement by the indexes that it wants.
 */
function answered(facts: Pick<Facts, 'findings' | 'changes'>, finding: Facts['findings'][number]): boolean {
  if (changed(facts, finding)) return true;
  const tied = facts.findings.filter((f) => f.target === finding.target && finding.related?.includes(f.key));
  return tied.length > 0 && tied.every((f) => changed(facts, f));
}

function changed({ changes }: Pick<Facts, 'changes'>, finding: Facts['findings'][number]): boolean {
  return changes.some(
    (c) =>
      c.state === 'applied' &&
      c.target === finding.target &&
      c.plan.subject === finding.subject &&
      finding.optimizations.includes(c.plan.optimization),
  );
}

const means = ({ vitals }: Facts, metric: string) => vitals?.means.filter((m) => m.metric === metric) ?? [];

function worstMean(facts: Facts, metric: string): Input {
  const lowest = means(facts, metric).toSorted((a, b) => a.mean - b.mean)[0];
  return lowest
    ? { value: lowest.mean, source: `${lowest.target}, mean over the pass` }
    : { why: 'it was not watched during the pass' };
}
