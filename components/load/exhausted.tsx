import { figureText, number } from '@/lib/client/format';
import type { LoadModel } from '@/lib/contracts/load';
import type { Exhausted as Item } from '@/lib/contracts/load-analysis';
import type { StressLimit } from '@/lib/contracts/load-record';
import { Card } from '../ui/card';
import { levelUnit } from './load-words';

const word: Record<Item['what'], string> = {
  generator: 'the generator',
  errors: 'errors',
  latency: 'latency',
  cpu: 'CPU',
  'cpu-limit': 'CPU limit of a container',
  memory: 'container memory',
  connections: 'connections',
  locks: 'locks',
  'cache-memory': 'cache memory',
};

/** Where a stress test found the limit, and what reached its bound, first one first. */
export function Exhausted({
  items,
  limit,
  model,
}: {
  items: Item[];
  limit: StressLimit | null;
  model: LoadModel | null;
}) {
  return (
    <Card title={limit ? 'Saturation' : 'What gave out'} note="first one first">
      {limit && (
        <div className="mb-2 text-sm">
          <p className="font-medium">
            {limit.lastGoodLevel === null
              ? `The first step already broke it: ${number(limit.level)} ${levelUnit(model)}`
              : `It carries ${number(limit.lastGoodLevel)} ${levelUnit(model)}${limit.throughput === null ? '' : ` (${figureText(limit.throughput, '/s')})`}; ${number(limit.level)} broke it`}
          </p>
          <p className="text-ink2">{limit.why}</p>
        </div>
      )}
      {items.length === 0 ? (
        <p className="text-sm text-ink2">Nothing that was recorded reached its bound.</p>
      ) : (
        <ol className="grid gap-1.5 text-sm">
          {items.map((item) => (
            <li key={`${item.what}${item.said}`} className="grid grid-cols-[3.5rem_minmax(0,1fr)] gap-2">
              <span className="text-ink3">{number(item.at)} s</span>
              <span>
                <strong className="font-medium">{word[item.what]}</strong>
                <span className="block break-words text-ink2">{item.said}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
      <p className="mt-2 text-xs text-ink3">
        Only from what was recorded. What came first need not be the cause; what came later was not.
      </p>
    </Card>
  );
}
