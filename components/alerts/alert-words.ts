import { figureText } from '@/lib/client/format';
import { type MetricName, metrics } from '@/lib/contracts/metrics';

interface Looked {
  metric: MetricName;
  per: MetricName | null;
}

/** The unit that a rule compares in: a share where it divides. */
export const unitOf = ({ metric, per }: Looked): string => (per === null ? metrics[metric].unit : 'ratio');

/** A value that a rule looks at, with its unit. */
export const valueText = (looked: Looked, value: number | null): string => figureText(value, unitOf(looked));

/** What a rule looks at: "Working set / Memory limit". */
export const subjectText = ({ metric, per }: Looked): string =>
  per === null ? metrics[metric].title : `${metrics[metric].title} / ${metrics[per].title}`;
