'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { ago, bytesText, count, figureText, number, percent } from '@/lib/client/format';
import { useNow } from '@/lib/client/use-now';
import type { ContainerRow } from '@/lib/contracts/containers';
import { Spark } from '../charts/render/spark';
import { FindingLinks, ShareBar } from '../observe/parts';
import { DataTable } from '../ui/data-table';
import { Tag } from '../ui/tag';

const col = createColumnHelper<ContainerRow>();
const numeric = { numeric: true };
const quiet = (text: string) => <span className="text-ink3">{text}</span>;
const running = (c: ContainerRow) => c.state === 'running';

function State({ container: c }: { container: ContainerRow }) {
  const now = useNow(30_000);
  const since = running(c) ? c.startedAt : c.finishedAt;
  return (
    <>
      <span className="inline-flex flex-wrap items-center gap-1">
        <Tag tone={running(c) ? 'good' : c.exitCode ? 'bad' : 'neutral'}>{c.state}</Tag>
        {c.oomKilled && <Tag tone="bad">OOM killed</Tag>}
      </span>
      <span className="block text-xs whitespace-nowrap text-ink3">
        {!running(c) && c.exitCode !== null && `exit code ${c.exitCode}, `}
        {since === null ? '' : ago(since, now)}
      </span>
    </>
  );
}

/** A value with its small line of the last hour. */
function Trend({ text, points }: { text: string; points: ContainerRow['cpuSpark'] }) {
  return (
    <span className="grid min-w-24 grid-cols-[1fr_auto] items-center gap-2">
      <span className="w-16">
        <Spark points={points} />
      </span>
      <span className="text-right">{text}</span>
    </span>
  );
}

function CpuLimit({ container: c }: { container: ContainerRow }) {
  if (c.cpuLimit === null) return <span className="block text-xs text-ink3">no limit</span>;
  return (
    <span className="block text-xs text-ink3">
      of {number(c.cpuLimit)}
      {c.throttled !== null && (
        <span className={c.throttled > 0.05 ? 'font-medium text-bad-ink' : ''}>
          , throttled {percent(c.throttled)}&#8239;%
        </span>
      )}
    </span>
  );
}

function Memory({ container: c }: { container: ContainerRow }) {
  if (c.memory === null) return quiet(running(c) ? 'not measured' : 'does not run');
  return <Trend text={bytesText(c.memory)} points={c.memorySpark} />;
}

function Limit({ container: c }: { container: ContainerRow }) {
  if (c.memoryLimit === null) return <Tag tone="warn">no limit</Tag>;
  const share = c.memory === null ? null : c.memory / c.memoryLimit;
  return (
    <>
      {share !== null && <ShareBar share={share} tone={share > 0.8 ? 'bad' : 'after'} />}
      <span className="block text-xs text-ink3">of {bytesText(c.memoryLimit)}</span>
    </>
  );
}

function Traffic({ parts }: { parts: [label: string, value: number | null][] }) {
  if (parts.every(([, value]) => value === null)) return quiet('not counted');
  return parts.map(([label, value]) => (
    <span key={label} className="block text-xs">
      <span className="text-ink3">{label}</span> {figureText(value, 'bytes/s')}
    </span>
  ));
}

const columns = [
  col.accessor('name', {
    header: 'container',
    meta: { className: 'min-w-44 max-w-72' },
    cell: ({ row: { original: c } }) => (
      <>
        <span className="font-medium break-words">{c.service ?? c.name}</span>{' '}
        <FindingLinks findings={c.findings} />
        <span className="block truncate text-xs text-ink3" title={c.image}>
          {c.service === null ? c.image : `${c.name} · ${c.image}`}
        </span>
      </>
    ),
  }),
  col.accessor('state', { header: 'state', cell: ({ row }) => <State container={row.original} /> }),
  col.accessor((c) => c.cpu ?? -1, {
    id: 'cpu',
    header: 'CPU',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: c } }) =>
      c.cpu === null ? (
        quiet(running(c) ? 'not measured' : 'does not run')
      ) : (
        <>
          <Trend text={`${number(c.cpu, 2)}\u202fcores`} points={c.cpuSpark} />
          <CpuLimit container={c} />
        </>
      ),
  }),
  col.accessor((c) => c.memory ?? -1, {
    id: 'memory',
    header: 'memory',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row }) => <Memory container={row.original} />,
  }),
  col.accessor((c) => (c.memoryLimit === null ? 2 : (c.memory ?? 0) / c.memoryLimit), {
    id: 'limit',
    header: 'of its limit',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row }) => <Limit container={row.original} />,
  }),
  col.accessor((c) => (c.networkIn ?? -1) + (c.networkOut ?? 0), {
    id: 'network',
    header: 'network',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: c } }) => (
      <Traffic
        parts={[
          ['in', c.networkIn],
          ['out', c.networkOut],
        ]}
      />
    ),
  }),
  col.accessor((c) => (c.diskRead ?? -1) + (c.diskWrite ?? 0), {
    id: 'disk',
    header: 'disk',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: c } }) => (
      <Traffic
        parts={[
          ['read', c.diskRead],
          ['written', c.diskWrite],
        ]}
      />
    ),
  }),
  col.accessor('restarts', {
    header: 'restarts',
    sortDescFirst: true,
    meta: numeric,
    cell: ({ row: { original: c } }) => (
      <>
        <span className={c.restarts > 0 ? 'text-bad-ink' : ''}>{count(c.restarts)}</span>
        <span className="block text-xs text-ink3">
          {c.restartPolicy === 'no' ? 'never by itself' : `policy ${c.restartPolicy}`}
        </span>
      </>
    ),
  }),
];

export function ContainerTable({ caption, containers }: { caption: string; containers: ContainerRow[] }) {
  return (
    <DataTable
      caption={caption}
      data={containers}
      columns={columns}
      rowKey={(c) => c.id}
      initialSort={[{ id: 'name', desc: false }]}
      sortKey="sort"
      minWidth={920}
    />
  );
}
