import { bytesText, durationText } from '@/lib/client/format';
import type { ServiceView } from '@/lib/contracts/services';
import { ReadAgo } from '../observe/parts';
import { Card } from '../ui/card';
import { Tag } from '../ui/tag';

/** The last probe of the heavy reading: what a client gets, with the headers that matter for speed. */
export function Probe({ view }: { view: ServiceView }) {
  const { probe } = view;
  if (probe === null) return null;
  const headers = Object.entries(probe.headers);
  return (
    <Card title="Last probe" note={<ReadAgo at={view.takenAt} />}>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <code className="font-mono text-xs">GET {probe.path}</code>
        <Tag tone={probe.status < 400 ? 'good' : 'bad'}>status {probe.status}</Tag>
        <span>{durationText(probe.ms)}</span>
        <span>{bytesText(probe.bytes)}</span>
      </p>
      {headers.length > 0 && (
        <dl className="mt-2.5 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-t border-line2 pt-2.5 font-mono text-xs">
          {headers.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-ink2">{name}</dt>
              <dd className="min-w-0 break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
