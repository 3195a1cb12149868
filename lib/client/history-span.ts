/** Spans of the history page and their steps: so long that a step is a mean worth comparing. */
const hour = 3_600_000;
const day = 24 * hour;

export const historySpans = [
  { value: '24h', label: '24 h', ms: day, points: 96, step: '15 minutes' },
  { value: '7d', label: '7 days', ms: 7 * day, points: 168, step: 'hour' },
  { value: '30d', label: '30 days', ms: 30 * day, points: 30, step: 'day' },
  { value: '90d', label: '90 days', ms: 90 * day, points: 90, step: 'day' },
  { value: '400d', label: '400 days', ms: 400 * day, points: 400, step: 'day' },
] as const;
export type HistorySpan = (typeof historySpans)[number];

/** The span asked for; else one that a stack watched for `ageMs` fills at least a fifth of. */
export function historySpan(asked: string, ageMs: number): HistorySpan {
  const [day1, week, month] = historySpans;
  const usual = ageMs < 1.5 * day ? day1 : ageMs < 6 * day ? week : month;
  return historySpans.find((s) => s.value === asked) ?? usual;
}
