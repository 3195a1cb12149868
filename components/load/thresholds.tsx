import { durationText, figureText } from '@/lib/client/format';
import type { LoadThreshold } from '@/lib/contracts/load';
import type { ThresholdResult } from '@/lib/contracts/load-record';
import { Card } from '../ui/card';
import { Tag } from '../ui/tag';

const written = (metric: LoadThreshold['metric'], value: number | null) =>
  metric === 'errors'
    ? figureText(value, 'ratio')
    : metric === 'throughput'
      ? figureText(value, '/s')
      : durationText(value);

/** Each threshold with what was measured against it. */
export function Thresholds({ results }: { results: ThresholdResult[] }) {
  return (
    <Card className="mb-3" title="Thresholds" note="judged on the whole run">
      <ul className="grid gap-1.5 text-sm">
        {results.map(({ threshold: t, value, passed }, i) => (
          <li key={i} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Tag tone={passed === null ? 'neutral' : passed ? 'good' : 'bad'}>
              {passed === null ? 'not measured' : passed ? 'kept' : 'broken'}
            </Tag>
            <span>
              {t.metric} {t.metric === 'throughput' ? 'at least' : 'at most'} {written(t.metric, t.limit)}
            </span>
            <span className="text-ink2">{written(t.metric, value)} measured</span>
            <span className="font-mono text-xs break-all text-ink3">{t.endpoint ?? 'all requests'}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
