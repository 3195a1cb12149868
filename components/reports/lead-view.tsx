'use client';
import { useQuery } from '@tanstack/react-query';
import { figureText } from '@/lib/client/format';
import { leadQuery } from '@/lib/client/queries/reports';
import type { LeadView as Lead, LeadBar } from '@/lib/contracts/lead';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Loaded, Loading } from '../ui/states';

/** A report in plain words, for who decides and does not tune; one or two pages when printed. */
export function LeadView({ id }: { id: number }) {
  const query = useQuery(leadQuery(id));
  return (
    <Loaded framed query={query} loading={<Loading rows={5} height="h-16" />}>
      {(lead) => <Sheet lead={lead} />}
    </Loaded>
  );
}

function Sheet({ lead }: { lead: Lead }) {
  return (
    <div className="grid max-w-[86ch] gap-3 print:max-w-none print:gap-1.5">
      <Card>
        <p className="text-lg font-medium tracking-tight text-balance">{lead.headline}</p>
        {lead.caution !== null && (
          <p role="note" className="mt-2 rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
            {lead.caution}
          </p>
        )}
      </Card>
      {lead.bars.length > 0 && (
        <Card title="Before and after" note="each pair on a scale of its own" className="print-block">
          <ul className="grid gap-4">
            {lead.bars.map((bar) => (
              <Bars key={`${bar.trial} ${bar.name}`} bar={bar} />
            ))}
          </ul>
        </Card>
      )}
      {lead.parts.map((part) => (
        <Card key={part.title} title={part.title} className="print-block">
          <ul className="grid list-disc gap-1.5 pl-4 marker:text-ink3">
            {part.lines.map((line, i) => (
              <li key={i} className="break-words">
                {line.text}
                {line.trial !== null && (
                  <StackLink
                    href={`/trials/${line.trial}`}
                    className="link no-print ml-1.5 text-xs whitespace-nowrap"
                  >
                    trial {line.trial}
                  </StackLink>
                )}
              </li>
            ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}

/** Drawn, not filled boxes: browsers print drawings also where they leave backgrounds out. */
function Bars({ bar }: { bar: LeadBar }) {
  const most = Math.max(bar.before, bar.after) || 1;
  const arms = [
    { arm: 'before', value: bar.before, fill: 'fill-before' },
    { arm: 'after', value: bar.after, fill: 'fill-after' },
  ] as const;
  return (
    <li>
      <p className="mb-1 break-words">
        {bar.name}: <strong className="font-semibold text-after-ink">{bar.gain}</strong>{' '}
        <span className="text-xs text-ink2">({bar.what})</span>
      </p>
      <dl className="grid gap-1 text-xs">
        {arms.map(({ arm, value, fill }) => (
          <div key={arm} className="grid grid-cols-[3rem_minmax(0,1fr)_6.5rem] items-center gap-2">
            <dt className="text-ink2">{arm}</dt>
            <svg aria-hidden="true" width="100%" height="10" className="overflow-hidden rounded-xs">
              <rect width={`${(value / most) * 100}%`} height="10" className={fill} />
            </svg>
            <dd className="text-right tabular-nums">{figureText(value, bar.unit)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}
