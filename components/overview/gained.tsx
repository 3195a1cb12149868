'use client';
import { useMemo } from 'react';
import { dateText, ratioText } from '@/lib/client/format';
import { decisionWord, outcomeWord } from '@/lib/client/words';
import type { ForestRow } from '@/lib/contracts/trial';
import { prepareForest } from '../charts/prepare/forest';
import { ChartSlot, ForestChart } from '../charts/render/lazy';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Empty } from '../ui/states';

const rowHeight = 38;

/**
 * The forest plot: each trial one row. The words are a real table of links; the drawing lies behind its middle
 * column on the same rows, and is hidden from screen readers, which get the figures from the table.
 */
export function Gained({
  rows,
  most = 10,
  margin = 0.05,
}: {
  rows: ForestRow[];
  most?: number;
  margin?: number;
}) {
  const forest = useMemo(() => prepareForest(rows, most), [rows, most]);
  return (
    <Card
      title="What has been gained"
      note={rows.length === 0 ? undefined : 'after ÷ before, 95% interval · left is better'}
    >
      {rows.length === 0 ? (
        <Empty title="No trial has reached a verdict yet">
          Each change that is tried gets one row here: its effect with its interval, and whether it was kept.
        </Empty>
      ) : (
        <>
          <div className="relative">
            <div
              className="absolute inset-y-0 right-[5.5rem] left-[38%] max-sm:right-0 max-sm:left-0"
              style={{ minHeight: forest.rows.length * rowHeight + 24 }}
            >
              <ChartSlot height={forest.rows.length * rowHeight + 24}>
                <ForestChart forest={forest} rowHeight={rowHeight} margin={margin} />
              </ChartSlot>
            </div>
            <ul className="pointer-events-none relative pb-6">
              {forest.rows.map((row) => (
                <li
                  key={row.trialId}
                  style={{ height: rowHeight }}
                  className="grid grid-cols-[38%_1fr_5.5rem] items-center max-sm:grid-cols-1 max-sm:content-between"
                >
                  <StackLink
                    href={`/trials/${row.trialId}`}
                    title={`${row.title} · ${row.metric} · ${dateText(row.at)}`}
                    className="pointer-events-auto truncate pr-3 text-sm hover:underline"
                  >
                    {row.title}
                  </StackLink>
                  <span className="sr-only">
                    {row.metric}: {row.said},
                  </span>
                  <span className="text-right text-xs leading-tight text-ink2 sm:col-start-3">
                    {ratioText(row.ratio)}{' '}
                    <span className="text-ink3 sm:block">
                      {row.outcome === 'improved' && row.decision
                        ? decisionWord[row.decision].text
                        : outcomeWord[row.outcome].text}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </div>
          {forest.dropped > 0 && (
            <p className="pt-2 text-xs text-ink3">
              {forest.dropped} older {forest.dropped === 1 ? 'trial is' : 'trials are'} on the{' '}
              <StackLink href="/trials" className="link">
                trials page
              </StackLink>
              .
            </p>
          )}
        </>
      )}
    </Card>
  );
}
