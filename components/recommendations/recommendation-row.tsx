'use client';
import { useState } from 'react';
import { dateText, figureText } from '@/lib/client/format';
import type { Recommendation } from '@/lib/contracts/recommendation';
import { Button } from '../ui/button';
import { Tag } from '../ui/tag';
import { MarkDialog } from './mark-dialog';

const stateWord = { open: 'open', planned: 'planned', done: 'done' } as const;
const tone = { open: 'neutral', planned: 'mark', done: 'good' } as const;

/** Evidence under the finding or series that it comes from, each named once, in their order. */
function bySource(evidence: Recommendation['evidence']): [string, Recommendation['evidence']][] {
  const groups = new Map<string, Recommendation['evidence']>();
  for (const e of evidence) groups.set(e.id, [...(groups.get(e.id) ?? []), e]);
  return [...groups];
}

/** One recommendation with the evidence that it follows from. Without a stack it is as in a report: nothing to press. */
export function RecommendationRow({ of, stack }: { of: Recommendation; stack: string | null }) {
  const [asked, setAsked] = useState<Recommendation['state'] | null>(null);
  const others = (['open', 'planned', 'done'] as const).filter((s) => s !== of.state);
  return (
    <li className="grid gap-x-4 gap-y-2 border-t border-line2 py-2.5 first:border-t-0 sm:grid-cols-[1fr_auto]">
      <div className="min-w-0 text-sm">
        <p className="break-words">
          <span className="font-medium">{of.title}</span>{' '}
          <Tag tone={of.state === 'done' && of.check !== 'gone' ? 'warn' : tone[of.state]}>
            {stateWord[of.state]}
          </Tag>
        </p>
        <p className="break-words text-ink2">{of.detail}</p>
        <ul className="mt-1 grid gap-0.5 text-xs text-ink2">
          {bySource(of.evidence).map(([source, evidence]) => (
            <li key={source} className="break-words">
              <code className="font-mono">{source}</code>{' '}
              {evidence.map((e, i) => (
                <span key={e.label}>
                  {i > 0 && ' · '}
                  {e.label}{' '}
                  <span className="text-ink tabular-nums">
                    {typeof e.value === 'number' ? figureText(e.value, e.unit) : e.value}
                  </span>
                </span>
              ))}
            </li>
          ))}
          <li className="break-words text-ink3">
            Threshold: {of.threshold.text} ({of.threshold.source})
          </li>
          {of.state !== 'open' && of.at !== null && (
            <li className="break-words">
              {stateWord[of.state]}
              {of.by !== null && ` by ${of.by}`}, {dateText(of.at)}
              {of.note && <>: {of.note}</>} · {of.checked}
            </li>
          )}
        </ul>
      </div>
      {stack !== null && (
        <div className="no-print flex flex-wrap items-start gap-2">
          {others.map((state) => (
            <Button key={state} small onClick={() => setAsked(state)}>
              {state === 'open' ? 'Open again' : state === 'planned' ? 'Plan' : 'Done'}
            </Button>
          ))}
          {asked && <MarkDialog of={of} stack={stack} state={asked} onClose={() => setAsked(null)} />}
        </div>
      )}
    </li>
  );
}
