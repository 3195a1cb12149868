'use client';
import { useSearchParams } from 'next/navigation';
import { ObserveFrame } from '../observe/frame';
import { Tabs } from '../observe/tabs';
import { RangePicker } from '../time/range-picker';
import { TimePanels } from '../time/time-panels';
import { Connections } from './connections';
import { Indexes } from './indexes';
import { databasePanels } from './panels';
import { Server } from './server';
import { Settings } from './settings';
import { StatementDetail } from './statement-detail';
import { Statements } from './statements';
import { Tables } from './tables';

const tabs = [
  { value: 'activity', label: 'Activity' },
  { value: 'statements', label: 'Statements' },
  { value: 'tables', label: 'Tables' },
  { value: 'indexes', label: 'Indexes' },
  { value: 'settings', label: 'Settings' },
  { value: 'connections', label: 'Connections' },
  { value: 'server', label: 'WAL and replication' },
] as const;

/** A PostgreSQL database: how it is doing over time, and what is in it. */
export function DatabasePage() {
  const query = useSearchParams();
  const tab = tabs.find((t) => t.value === query.get('tab'))?.value ?? 'activity';
  const statement = tab === 'statements' ? query.get('statement') : null;
  const timed = ['activity', 'connections', 'server'].includes(tab) || statement !== null;
  return (
    <ObserveFrame kind="postgres" title="Database" actions={timed && <RangePicker />}>
      {({ stack, target }) => {
        const of = { stack, target: target.name };
        return (
          <>
            <Tabs
              label="Parts of the database"
              path="/database"
              target={target.name}
              tabs={tabs}
              value={tab}
            />
            {tab === 'activity' && <TimePanels panels={databasePanels(target.name)} stack={stack} />}
            {tab === 'statements' &&
              (statement === null ? (
                <Statements {...of} />
              ) : (
                <StatementDetail {...of} statement={statement} />
              ))}
            {tab === 'tables' && <Tables {...of} />}
            {tab === 'indexes' && <Indexes {...of} />}
            {tab === 'settings' && <Settings {...of} />}
            {tab === 'connections' && <Connections {...of} />}
            {tab === 'server' && <Server {...of} />}
          </>
        );
      }}
    </ObserveFrame>
  );
}
