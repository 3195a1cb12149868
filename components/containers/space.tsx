import { bytesText, plural } from '@/lib/client/format';
import type { ContainersView } from '@/lib/contracts/containers';
import { ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { Tag } from '../ui/tag';

/** Volumes listed; the rest are counted. */
const most = 12;

/** What takes room on the disk of the engine. */
export function Space({ space }: { space: NonNullable<ContainersView['space']> }) {
  const { volumes } = space;
  const known = volumes.reduce((sum, v) => sum + (v.bytes ?? 0), 0);
  return (
    <Card title="Room on disk" note={<ReadAgo at={space.takenAt} />}>
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-2">
        <Facts
          items={[
            { label: 'Images', value: bytesText(space.images) },
            { label: 'Volumes', value: `${bytesText(known)} in ${plural(volumes.length, 'volume')}` },
            { label: 'Build cache', value: bytesText(space.buildCache) },
            {
              label: 'Used by nothing',
              value: space.unused > 0 ? `${bytesText(space.unused)}, volumes left aside` : 'nothing',
            },
          ]}
        />
        <section aria-label="Volumes">
          <h3 className="mb-1 text-xs font-medium text-ink2">Largest volumes</h3>
          {volumes.length === 0 ? (
            <p className="text-sm text-ink3">This engine has no volumes.</p>
          ) : (
            <ul className="text-sm">
              {volumes.slice(0, most).map((v) => (
                <li
                  key={v.name}
                  className="flex items-baseline justify-between gap-3 border-t border-line2 py-1 first:border-t-0"
                >
                  <span className="min-w-0 break-all">
                    {v.name} {!v.inUse && <Tag>no container uses it</Tag>}
                  </span>
                  <span className="font-medium whitespace-nowrap">
                    {v.bytes === null ? <span className="text-ink3">not measured</span> : bytesText(v.bytes)}
                  </span>
                </li>
              ))}
              {volumes.length > most && (
                <li className="pt-1 text-xs text-ink3">and {volumes.length - most} more</li>
              )}
            </ul>
          )}
        </section>
      </div>
    </Card>
  );
}
