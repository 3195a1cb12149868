import { cx } from '@/lib/client/cx';
import { bytesText, count, dateText, number, percent, timeLeft } from '@/lib/client/format';
import type { CacheView } from '@/lib/contracts/cache';
import { ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';

interface Fact {
  label: string;
  value: string;
  bad?: boolean;
}

const bytesOf = (v: number | null) => (v === null ? 'not reported' : bytesText(v));
const countOf = (v: number | null) => (v === null ? 'not reported' : count(v));
const isIso = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text);

/** INFO as a person wants it: four topics side by side. */
export function CacheFacts({ view }: { view: CacheView }) {
  const note = <ReadAgo at={view.takenAt} />;
  const states = (facts: CacheView['persistence']): Fact[] =>
    facts.map((f) => ({ ...f, value: isIso(f.value) ? dateText(f.value) : f.value }));
  return (
    <div className="grid gap-3 sm:grid-cols-2 2xl:grid-cols-4">
      <Card title="Memory" note={note}>
        <List items={memoryFacts(view.memory)} />
      </Card>
      <Card title="Keys" note={view.uptime === null ? note : `since its start ${timeLeft(view.uptime)} ago`}>
        <List items={keyFacts(view.keys)} />
        <p className="pt-2 text-xs text-ink3">
          The server’s own counters: lookups of Ratchet’s sample are among them. The chart leaves them out.
        </p>
      </Card>
      <Card title="Clients and replication">
        <List items={[...clientFacts(view.clients), ...states(view.replication)]} />
      </Card>
      <Card title="Persistence">
        <List items={states(view.persistence)} />
      </Card>
    </div>
  );
}

function memoryFacts(m: CacheView['memory']): Fact[] {
  const limited = m.max !== null && m.max > 0;
  const share = limited && m.used !== null && m.max !== null ? m.used / m.max : null;
  return [
    { label: 'Used', value: bytesOf(m.used) },
    {
      label: 'Limit (maxmemory)',
      value: m.max === null ? 'not reported' : limited ? bytesText(m.max) : 'none',
      bad: m.max === 0,
    },
    ...(share === null
      ? []
      : [{ label: 'Used of the limit', value: `${percent(share)}\u202f%`, bad: share > 0.8 }]),
    { label: 'When full', value: m.policy ?? 'not reported' },
    { label: 'Resident set', value: bytesOf(m.rss) },
    { label: 'Peak', value: bytesOf(m.peak) },
    { label: 'Data alone', value: bytesOf(m.dataset) },
    {
      label: 'Fragmentation',
      value: m.fragmentation === null ? 'not reported' : `${number(m.fragmentation)}×`,
    },
  ];
}

function keyFacts(k: CacheView['keys']): Fact[] {
  const lookups = (k.hits ?? 0) + (k.misses ?? 0);
  return [
    {
      label: 'Hit ratio',
      value: lookups > 0 && k.hits !== null ? `${percent(k.hits / lookups)}\u202f%` : 'no lookup yet',
    },
    { label: 'Hits', value: countOf(k.hits) },
    { label: 'Misses', value: countOf(k.misses) },
    { label: 'Expired', value: countOf(k.expired) },
    { label: 'Evicted', value: countOf(k.evicted), bad: (k.evicted ?? 0) > 0 },
    ...k.databases.map((d) => ({
      label: `Keys in ${d.name}`,
      value: `${count(d.keys)}, ${count(d.expires)} with expiry`,
    })),
    ...(k.databases.length === 0 ? [{ label: 'Keys', value: '0' }] : []),
  ];
}

function clientFacts(c: CacheView['clients']): Fact[] {
  return [
    {
      label: 'Connected, with Ratchet',
      value: `${countOf(c.connected)}${c.max === null ? '' : ` of ${count(c.max)}`}`,
    },
    { label: 'Blocked', value: countOf(c.blocked) },
    { label: 'Rejected', value: countOf(c.rejected), bad: (c.rejected ?? 0) > 0 },
  ];
}

function List({ items }: { items: Fact[] }) {
  if (items.length === 0) return <p className="text-sm text-ink3">This server reports nothing of it.</p>;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      {items.map((item) => (
        <div key={item.label} className="contents">
          <dt className="text-ink2">{item.label}</dt>
          <dd className={cx('min-w-0 text-right break-words', item.bad && 'font-medium text-bad-ink')}>
            {item.value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
