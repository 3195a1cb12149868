import { cx } from '@/lib/client/cx';
import { changeText, figure } from '@/lib/client/format';
import type { TermId } from '@/lib/client/glossary';
import type { Tile } from '@/lib/contracts/overview';
import { Spark } from '../charts/render/spark';
import { Term } from '../help/term';
import { Skeleton } from '../ui/states';

const grid = 'mb-3 grid grid-cols-2 gap-2.5 sm:grid-cols-3 sm:gap-3 xl:grid-cols-6';

export function Tiles({ tiles }: { tiles: Tile[] }) {
  return (
    <ul id="tiles" className={grid}>
      {tiles.map((tile) => (
        <li
          key={tile.id}
          className="min-w-0 rounded-[10px] border border-line bg-panel px-3.5 py-3 sm:px-4 xl:max-2xl:px-3"
        >
          <OneTile tile={tile} />
        </li>
      ))}
    </ul>
  );
}

const termOf: Partial<Record<Tile['id'], TermId>> = {
  p95: 'percentile',
  throughput: 'throughput',
  'hit-ratio': 'hit-ratio',
};

function OneTile({ tile }: { tile: Tile }) {
  const value = tile.value === null ? null : figure(tile.value, tile.unit);
  const change = tile.value === null || tile.previous === null ? null : changeText(tile.value, tile.previous);
  const better =
    change === null ||
    change.startsWith('±') ||
    tile.better === 'neither' ||
    tile.value === null ||
    tile.previous === null
      ? null
      : tile.value < tile.previous === (tile.better === 'lower');
  const term = termOf[tile.id];
  return (
    <>
      <h2 className="truncate text-xs text-ink2">
        {term ? <Term id={term}>{tile.title}</Term> : tile.title}
      </h2>
      <p className="mt-0.5 flex items-baseline gap-1 font-semibold tracking-[-0.02em] whitespace-nowrap">
        {value ? (
          <>
            <span className="text-[1.5rem] leading-tight sm:text-[1.5625rem]">{value.value}</span>
            <span className="text-sm font-normal tracking-normal text-ink2">{value.unit}</span>
          </>
        ) : (
          <span className="py-1 text-base font-normal tracking-normal text-ink3">not measured</span>
        )}
      </p>
      <Spark points={tile.spark} />
      <p className="flex flex-wrap gap-x-2 text-2xs text-ink3">
        {change && (
          <span className={cx(better === true && 'text-after', better === false && 'text-bad')}>
            {change} vs. hour before
          </span>
        )}
        {tile.note && <span>{tile.note}</span>}
        {!change && !tile.note && (
          <span>{tile.value === null ? 'no sample in the last minute' : 'last hour'}</span>
        )}
      </p>
    </>
  );
}

export function TilesLoading() {
  return (
    <div className={grid} role="status">
      <span className="sr-only">Loading</span>
      {Array.from({ length: 6 }, (_, i) => (
        <div key={i} className="rounded-[10px] border border-line bg-panel px-4 py-3">
          <Skeleton className="h-3.5 w-24" />
          <Skeleton className="mt-2 h-7 w-20" />
          <Skeleton className="mt-3 h-6 w-full" />
        </div>
      ))}
    </div>
  );
}
