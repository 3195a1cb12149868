import type { LoadGrade } from '@/lib/contracts/load-analysis';
import type { LoadFigures, LoadRecord, LoadSecond, LoadSummary } from '@/lib/contracts/load-record';
import { metricUnit, thresholdText } from '@/lib/load/metric-words';
import { figuresOf, mergeSeconds } from '@/lib/load/summary';
import { columns } from './output';

/** One second as a line for people. */
export function secondLine(second: LoadSecond, model: 'closed' | 'open'): string {
  const of = figuresOf(mergeSeconds(Object.values(second.endpoints)), second.durationMs);
  const level = model === 'closed' ? `${second.active} users` : `${second.offered} due`;
  return [
    `${second.t + 1} s`,
    level,
    `${Math.round(of.rps)}/s`,
    `p50 ${ms(of.p50)}`,
    `p95 ${ms(of.p95)}`,
    `p99 ${ms(of.p99)}`,
    `${of.errors} errors`,
    ...(second.dropped > 0 ? [`${second.dropped} dropped`] : []),
  ].join(' · ');
}

/** The result for people. */
export function resultText(record: LoadRecord, summary: LoadSummary, grade: LoadGrade): string {
  const rows = [
    ['endpoint', 'requests', 'errors', 'average', 'p50', 'p90', 'p95', 'p99', 'max', 'requests/s'],
    ...Object.entries(summary.endpoints).map(([name, f]) => figureRow(name, f)),
    ...(Object.keys(summary.endpoints).length > 1 ? [figureRow('all', summary.total)] : []),
  ];
  const lines = [columns(rows, [1, 2, 3, 4, 5, 6, 7, 8, 9]), ''];
  if (record.target.certificate === 'unchecked')
    lines.push('The certificate of the server was not checked: whoever answered was taken for it.');
  const kinds = Object.entries(summary.total.errorKinds).map(([kind, n]) => `${kind} ${n}`);
  if (kinds.length > 0)
    lines.push(`Errors: ${kinds.join(', ')}. First: ${record.firstError ?? 'not known'}.`);
  if (summary.dropped > 0)
    lines.push(
      `${summary.dropped} of ${summary.offered} requests were dropped: more were in flight than the bound allows.`,
    );
  if (record.limit) {
    const { step, lastGoodLevel, why } = record.limit;
    lines.push(
      `Limit found in step ${step}. ${why}${lastGoodLevel === null ? '' : ` The step before, at ${lastGoodLevel}, kept everything.`}`,
    );
  } else if (record.reason) lines.push(record.reason);
  if (record.coordinatedOmission && summary.corrected) {
    const c = summary.corrected;
    const worst = Math.max(...record.coordinatedOmission.stalls.map(([, length]) => length));
    lines.push(
      `Coordinated omission: nothing was answered for up to ${ms(worst)}, and users who wait send nothing. Corrected for it: p50 ${ms(c.p50)}, p90 ${ms(c.p90)}, p95 ${ms(c.p95)}, p99 ${ms(c.p99)}. A fixed rate (--rate) measures this directly.`,
    );
  }
  if (record.generatorLimited)
    lines.push(
      `Generator-limited from second ${record.generatorLimited.from}: ${record.generatorLimited.why} So nothing is said of the target.`,
    );
  for (const { threshold, value, passed } of summary.thresholds) {
    const got = value === null ? 'not measured' : metricUnit(threshold.metric, value);
    lines.push(`${passed ? '✓' : '✗'} ${thresholdText(threshold)}: ${got}`);
  }
  lines.push(grade.letter === null ? `No grade: ${grade.why ?? 'not known'}.` : `Grade ${grade.letter}`);
  return lines.join('\n');
}

function figureRow(name: string, f: LoadFigures): string[] {
  return [
    name,
    String(f.count),
    f.errorRate === null ? '–' : `${(f.errorRate * 100).toFixed(2)} %`,
    ms(f.average),
    ms(f.p50),
    ms(f.p90),
    ms(f.p95),
    ms(f.p99),
    ms(f.max),
    f.rps.toFixed(1),
  ];
}

function ms(value: number | null): string {
  return value === null ? '–' : metricUnit('p50', value);
}
