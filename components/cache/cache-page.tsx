'use client';
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { cacheQuery } from '@/lib/client/queries/observe';
import { Warm } from '../changes/warm';
import { FindingsNote } from '../observe/findings-note';
import { ObserveFrame } from '../observe/frame';
import { NotReadYet } from '../observe/parts';
import { Tabs } from '../observe/tabs';
import { RangePicker } from '../time/range-picker';
import { TimePanels } from '../time/time-panels';
import { Card } from '../ui/card';
import { Loaded } from '../ui/states';
import { CacheFacts } from './cache-facts';
import { Commands } from './commands';
import { Keys } from './keys';
import { applicationCachePanels, cachePanels } from './panels';
import { SlowLog } from './slow-log';

const tabs = [
  { value: 'activity', label: 'Activity' },
  { value: 'commands', label: 'Commands' },
  { value: 'slow', label: 'Slow log' },
  { value: 'keys', label: 'Keys' },
] as const;

/** A Redis server: how it is doing, what it is asked for, and what it holds. */
export function CachePage() {
  const query = useSearchParams();
  const tab = tabs.find((t) => t.value === query.get('tab'))?.value ?? 'activity';
  return (
    <ObserveFrame kind="redis" title="Cache" actions={tab === 'activity' && <RangePicker />}>
      {({ stack, target }) => (
        <>
          <Tabs label="Parts of the cache" path="/cache" target={target.name} tabs={tabs} value={tab} />
          <Part stack={stack} target={target.name} tab={tab} />
        </>
      )}
    </ObserveFrame>
  );
}

function Part({
  stack,
  target,
  tab,
}: {
  stack: string;
  target: string;
  tab: (typeof tabs)[number]['value'];
}) {
  const query = useQuery(cacheQuery(stack, target));
  return (
    <>
      <Loaded query={query} framed>
        {(view) =>
          view.takenAt === null ? (
            <Card>
              <NotReadYet />
            </Card>
          ) : (
            <>
              {tab === 'activity' && (
                <>
                  <FindingsNote findings={view.findings} target={target} />
                  <CacheFacts view={view} />
                </>
              )}
              {tab === 'commands' && <Commands view={view} />}
              {tab === 'slow' && <SlowLog view={view} />}
              {tab === 'keys' && (
                <>
                  <div className="mb-2.5 flex justify-end">
                    <Warm stack={stack} target={target} of="keys" />
                  </div>
                  <Keys stack={stack} target={target} view={view} />
                </>
              )}
            </>
          )
        }
      </Loaded>
      {tab === 'activity' && (
        <TimePanels
          panels={[...cachePanels(target), ...applicationCachePanels()]}
          stack={stack}
          className="mt-3"
        />
      )}
    </>
  );
}
