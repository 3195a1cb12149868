import { count, durationText, figureText } from '@/lib/client/format';
import type { LoadTestDetail } from '@/lib/contracts/load-api';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';

/** Whether the generator kept up: when it does not, the figures are its own and not the target's. */
export function Generator({ test }: { test: LoadTestDetail }) {
  const { ticks, machine, generatorLimit, summary } = test;
  const worst = (value: (t: (typeof ticks)[number]) => number) => Math.max(0, ...ticks.map(value));
  const late = ticks.reduce((sum, t) => sum + t.generator.lateSends, 0);
  return (
    <Card title="Generator" note="worst second">
      <Facts
        items={[
          { label: 'state', value: generatorLimit ? `was the limit: ${generatorLimit.why}` : 'kept up' },
          {
            label: 'CPU',
            value: `${figureText(
              worst((t) => t.generator.cpuShare),
              'ratio',
            )} of a core`,
          },
          { label: 'event loop delay, p99', value: durationText(worst((t) => t.generator.loopDelayP99Ms)) },
          ...(test.model === 'open' ? [{ label: 'sent over 10 ms late', value: count(late) }] : []),
          ...(summary
            ? [{ label: 'offered, sent', value: `${count(summary.offered)}, ${count(summary.sent)}` }]
            : []),
          ...(machine
            ? [
                {
                  label: 'machine',
                  value: `${machine.cores} cores, ${machine.cpuModel}, ${machine.os}, Node ${machine.node}`,
                },
              ]
            : []),
        ]}
      />
    </Card>
  );
}
