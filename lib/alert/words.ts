import type { AlertCondition } from '@/lib/contracts/alert';
import { metrics } from '@/lib/contracts/metrics';

const bytes = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A value of a condition with its unit, for a message: `213 ms`, `84 %`, `512 MB`. */
export function valueText(condition: Pick<AlertCondition, 'metric' | 'per'>, value: number): string {
  const { unit } = metrics[condition.metric];
  if (condition.per !== null || unit === 'ratio') return `${digits(value * 100)} %`;
  if (unit === 'bytes' || unit === 'bytes/s') {
    const power = Math.min(
      bytes.length - 1,
      Math.max(0, Math.floor(Math.log10(Math.max(1, Math.abs(value))) / 3)),
    );
    return `${digits(value / 1000 ** power)} ${bytes[power]}${unit === 'bytes/s' ? '/s' : ''}`;
  }
  return unit === '' ? digits(value) : `${digits(value)} ${unit}`;
}

const digits = (value: number) => String(Number(value.toPrecision(3)));

/** What a condition looks at, in words: `Working set per Memory limit`. */
export function subjectText(condition: Pick<AlertCondition, 'metric' | 'per'>): string {
  const { title } = metrics[condition.metric];
  return condition.per === null ? title : `${title} / ${metrics[condition.per].title}`;
}
