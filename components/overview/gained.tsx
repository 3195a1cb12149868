'use client';
import { type ReactNode, useMemo } from 'react';
import { cx } from '@/lib/client/cx';
import { dateText, ratioText } from '@/lib/client/format';
import { decisionWord, outcomeWord } from '@/lib/client/words';
import type { ForestEntry } from '@/lib/contracts/trial';
import { prepareForest } from '../charts/prepare/forest';
import { IntervalBar } from '../charts/render/interval-bar';
import { ChartSlot, ForestChart } from '../charts/render/lazy';
import { useBox } from '../charts/render/use-box';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Empty } from '../ui/states';

/** Title, drawing and words side by side, or one above the other where the panel is narrow. */
const rowHeights = { wide: 38, narrow: 66 };
const narrowBelow = 430;
const axisHeight = 24;

/**
 * The forest plot: each trial one row. The words are a real table of links; the drawing lies behind its middle
 * column on the same rows, and is hidden from screen readers, which get the figures from the table.
 */
export function Gained({
  rows,
  most = 10,
  margin = 0.05,
  title = 'What has been gained',
  empty,
}: {
  rows: readonly ForestEntry[];
  most?: number;
  margin?: number;
  title?: string;
  /** Said in place of the drawing when there is no row. */
  empty?: ReactNode;
}) {
  const forest = useMemo(() => prepareForest(rows, most), [rows, most]);
  const { ref, width } = useBox<HTMLDivElement>();
  const narrow = width < narrowBelow;
  const rowHeight = narrow ? rowHeights.narrow : rowHeights.wide;
  const height = forest.rows.length * rowHeight + axisHeight;
  return (
    <Card
      title={title}
      term="interval"
      note={rows.length === 0 ? undefined : 'after ÷ before, 95% interval · left is better'}
    >
      {rows.length === 0 ? (
        (empty ?? (
          <Empty title="No trial has reached a verdict yet">
            Each change that is tried gets one row here: its effect with its interval, and whether it was
            kept.
          </Empty>
        ))
      ) : (
        <>
          <div ref={ref} className="relative" style={{ minHeight: height }}>
            {width > 0 && (
              <div
                className={cx(
                  'absolute inset-y-0 print:hidden',
                  narrow ? 'inset-x-0' : 'right-[5.25rem] left-[44%]',
                )}
              >
                <ChartSlot height={height}>
                  <ForestChart forest={forest} rowHeight={rowHeight} margin={margin} />
                </ChartSlot>
              </div>
            )}
            <ul className="pointer-events-none relative">
              {forest.rows.map((row) => (
                <li
                  key={row.trialId}
                  style={{ height: rowHeight }}
                  className={
                    narrow
                      ? 'grid content-between border-t border-line2 py-1 first:border-t-0'
                      : 'grid grid-cols-[44%_1fr_5.25rem] items-center'
                  }
                >
                  <StackLink
                    href={`/trials/${row.trialId}`}
                    title={`${row.title} · ${row.metric} · ${dateText(row.at)}`}
                    className={cx(
                      'pointer-events-auto text-sm leading-[1.2] break-words hover:underline',
                      narrow ? 'line-clamp-1 w-fit bg-panel pr-1' : 'line-clamp-2 pr-3',
                    )}
                  >
                    {row.title}
                  </StackLink>
                  <span className="sr-only">
                    {row.metric}: {row.said},
                  </span>
                  {/* The chart has the width of the screen; paper has its own. */}
                  <span className="hidden print:block">
                    <IntervalBar
                      effect={{ ratio: row.x, low: row.xLow, high: row.xHigh }}
                      domain={forest.domain}
                      outcome={row.outcome}
                      margin={margin}
                    />
                  </span>
                  <span
                    className={cx(
                      'text-xs leading-tight text-ink2',
                      narrow ? 'w-fit bg-panel pr-1' : 'col-start-3 text-right',
                    )}
                  >
                    <span aria-hidden="true">{ratioText(row.ratio)} </span>
                    <span className={cx('text-ink3', !narrow && 'block')}>
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
