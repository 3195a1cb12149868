'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { bytesText, count, durationText, percent } from '@/lib/client/format';
import { memorySampleQuery } from '@/lib/client/queries/observe';
import type { CacheView, MemoryPrefix, MemorySample } from '@/lib/contracts/cache';
import type { RedisPrefix } from '@/lib/contracts/redis-snapshot';
import { ReadAgo, ShareBar } from '../observe/parts';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Empty, Failed } from '../ui/states';

const numeric = { numeric: true };
const unmeasured = <span className="text-ink3">not measured</span>;
const name = (prefix: string) => (
  <code className="font-mono text-[0.8125rem] break-all">{prefix || '(empty)'}</code>
);

/** What the keys are: the small sample of every minute, and a large one on demand. */
export function Keys({ stack, target, view }: { stack: string; target: string; view: CacheView }) {
  return (
    <div className="grid gap-3">
      <Memory stack={stack} target={target} />
      <Regular view={view} />
    </div>
  );
}

const memoryCol = createColumnHelper<MemoryPrefix>();
const memoryColumns = [
  memoryCol.accessor('prefix', { header: 'prefix', cell: (x) => name(x.getValue()) }),
  memoryCol.accessor((p) => p.estimatedBytes ?? -1, {
    id: 'memory',
    header: 'memory, estimated',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: p } }) =>
      p.estimatedBytes === null ? unmeasured : bytesText(p.estimatedBytes),
  }),
  memoryCol.accessor((p) => p.meanBytes ?? -1, {
    id: 'mean',
    header: 'mean of a key',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: p } }) =>
      p.meanBytes === null ? (
        unmeasured
      ) : (
        <>
          {bytesText(p.meanBytes)}
          <span className="block text-xs text-ink3">of {count(p.measured)}</span>
        </>
      ),
  }),
  memoryCol.accessor('keys', {
    header: 'keys in the sample',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  memoryCol.accessor((p) => p.largest?.bytes ?? -1, {
    id: 'largest',
    header: 'largest measured',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: p } }) =>
      p.largest === null ? (
        unmeasured
      ) : (
        <>
          {bytesText(p.largest.bytes)}
          <code className="block max-w-60 truncate font-mono text-xs text-ink3" title={p.largest.key}>
            {p.largest.key}
          </code>
        </>
      ),
  }),
];

function Memory({ stack, target }: { stack: string; target: string }) {
  const query = useQuery(memorySampleQuery(stack, target));
  const { data, error, isFetching } = query;
  return (
    <Card
      title="Memory by prefix"
      note={
        <span className="inline-flex items-center gap-2">
          {data && <ReadAgo at={data.readAt} />}
          <Button small busy={isFetching} onClick={() => void query.refetch()}>
            {data ? 'Sample again' : 'Sample the keys'}
          </Button>
        </span>
      }
    >
      {error && !isFetching ? (
        <Failed error={error} />
      ) : data ? (
        <Sampled sample={data} />
      ) : (
        <p className="max-w-[90ch] text-sm text-ink2">
          Reads the names of up to 10,000 keys with SCAN and asks the memory of up to 500 of them: some 40 and
          500 quick commands, once. Neither changes the server’s hit ratio.
        </p>
      )}
    </Card>
  );
}

function Sampled({ sample }: { sample: MemorySample }) {
  if (sample.prefixes.length === 0)
    return (
      <Empty title="This database holds no keys">
        Keys that an application writes are in the next sample.
      </Empty>
    );
  return (
    <>
      <DataTable
        caption="Memory by prefix"
        data={sample.prefixes}
        columns={memoryColumns}
        rowKey={(p) => p.prefix}
        initialSort={[{ id: 'memory', desc: true }]}
        minWidth={700}
      />
      <p className="pt-2.5 text-xs text-ink3">
        From {sample.whole ? 'all' : `${count(sample.sampled)} of`} {count(sample.keys)} keys,{' '}
        {count(sample.measured)} of them measured, in {durationText(sample.tookMs)}. A prefix’s estimate is
        the mean of its measured keys × its share of the sample × all keys.
      </p>
    </>
  );
}

const regularCol = createColumnHelper<RedisPrefix>();
const regularColumns = [
  regularCol.accessor('prefix', { header: 'prefix', cell: (x) => name(x.getValue()) }),
  regularCol.accessor('keys', {
    header: 'keys in the sample',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => count(x.getValue()),
  }),
  regularCol.accessor((p) => p.withTtl / p.keys, {
    id: 'ttl',
    header: 'with expiry',
    sortDescFirst: true,
    meta: numeric,
    cell: (x) => <ShareBar share={x.getValue()} />,
  }),
  regularCol.accessor((p) => Object.keys(p.types).join(', '), {
    id: 'types',
    header: 'types',
    cell: ({ row: { original: p } }) =>
      Object.entries(p.types)
        .map(([type, n]) => (Object.keys(p.types).length > 1 ? `${type} ${count(n)}` : type))
        .join(', '),
  }),
];

function Regular({ view }: { view: CacheView }) {
  const { sample } = view;
  return (
    <Card title="Expiry and types by prefix" note={<ReadAgo at={view.takenAt} />}>
      {sample.missing !== null ? (
        <Empty title="The keys may not be sampled">{sample.missing}</Empty>
      ) : sample.prefixes.length === 0 ? (
        <Empty title="This database holds no keys">
          Keys that an application writes are in the next sample.
        </Empty>
      ) : (
        <>
          <DataTable
            caption="Expiry and types by prefix"
            data={sample.prefixes}
            columns={regularColumns}
            rowKey={(p) => p.prefix}
            initialSort={[{ id: 'keys', desc: true }]}
            sortKey="sort"
            minWidth={560}
          />
          <p className="pt-2.5 text-xs text-ink3">
            From the sample of every minute: {count(sample.sampled)} of {count(sample.keys)} keys,{' '}
            {sample.sampled > 0 ? percent(sample.withTtl / sample.sampled) : '0'}&#8239;% of them with expiry.
          </p>
        </>
      )}
    </Card>
  );
}
