'use client';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { historySpan, historySpans } from '@/lib/client/history-span';
import { historyQuery } from '@/lib/client/queries/history';
import { useStack } from '@/lib/client/use-stack';
import { useUrlState } from '@/lib/client/use-url-state';
import type { HistoryView } from '@/lib/contracts/history';
import { NoStack } from '../targets/no-stack';
import { TimePanels } from '../time/time-panels';
import { FixedScope } from '../time/time-scope';
import { Button } from '../ui/button';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Loaded, Loading } from '../ui/states';
import { historyPanels } from './panels';
import { ScoreHistory } from './score-history';
import { TriedChanges } from './tried-changes';

/** What became of a stack over days and months: scores, key figures, and every change tried. */
export function HistoryPage() {
  const { stack, none } = useStack();
  const query = useQuery(historyQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="History"
        sub="Scores, key figures and every change tried, over days and months: what was gained, and whether it stayed."
      />
      <Loaded framed query={query} loading={<Loading rows={4} height="h-24" />}>
        {(history) => <Body history={history} />}
      </Loaded>
    </>
  );
}

function Body({ history }: { history: HistoryView }) {
  const [asked, setAsked] = useUrlState('span', '');
  const [openedAt] = useState(() => Date.now());
  const [zoomed, setZoomed] = useState<{ from: number; to: number } | null>(null);
  const span = historySpan(asked, openedAt - Date.parse(history.since));
  const zoom = useCallback(
    (a: number, b: number) => setZoomed({ from: Math.min(a, b), to: Math.max(a, b) }),
    [],
  );
  const { from, to } = zoomed ?? { from: openedAt - span.ms, to: openedAt };
  // Zoomed in, the steps stay at least as fine as they were.
  const points = zoomed ? Math.max(30, span.points) : span.points;
  return (
    <div className="grid gap-3">
      <ScoreHistory scores={history.scores} />
      <div className="flex flex-wrap items-center gap-3">
        <Segmented
          label="Time"
          options={historySpans}
          value={zoomed ? null : span.value}
          onChange={(value) => {
            setZoomed(null);
            setAsked(value);
          }}
        />
        {zoomed ? (
          <Button small onClick={() => setZoomed(null)}>
            Back to {span.label}
          </Button>
        ) : (
          <span className="text-sm text-ink2">
            each point is the mean of {span.step === '15 minutes' ? '15 minutes' : `one ${span.step}`}
          </span>
        )}
      </div>
      <FixedScope from={from} to={to} points={points} onZoom={zoom}>
        <TimePanels panels={historyPanels} stack={history.stack} />
      </FixedScope>
      <TriedChanges changes={history.changes} />
    </div>
  );
}
