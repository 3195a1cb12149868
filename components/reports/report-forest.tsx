'use client';
import { useMemo } from 'react';
import type { ReportDocument } from '@/lib/contracts/report';
import type { ForestRow } from '@/lib/contracts/trial';
import { Gained } from '../overview/gained';

/** The trials of the report as the forest plot; the same drawing as on the overview, from the frozen figures. */
export function ReportForest({ report }: { report: ReportDocument }) {
  const rows = useMemo<ForestRow[]>(
    () =>
      report.trials.flatMap((t) =>
        t.kind !== 'change' || t.verdict === null
          ? []
          : [
              {
                changeId: 0,
                trialId: t.id,
                title: t.title,
                // Trials carry no time of their own in a report; their order is their number.
                at: new Date(t.id).toISOString(),
                outcome: t.verdict.verdict,
                metric: t.verdict.metric,
                ratio: t.verdict.ratio,
                low: t.verdict.low,
                high: t.verdict.high,
                decision: t.decision,
              },
            ],
      ),
    [report],
  );
  return (
    <div className="print-block">
      <Gained rows={rows} most={50} />
    </div>
  );
}
