import { figureText } from '@/lib/client/format';
import type { ReportScore } from '@/lib/contracts/report';
import { Card } from '../ui/card';
import { WhatIf } from './what-if';

/** The score with everything it was computed from: nothing in it can be set by hand. */
export function ScoreCard({ score, report }: { score: ReportScore; report: number }) {
  const { measuredWeight } = score;
  return (
    <Card
      title="Score"
      term="score"
      note="of what was measured; formula in docs/score.md"
      className="print-block"
    >
      <div className="grid gap-x-8 gap-y-4 md:grid-cols-[auto_minmax(0,1fr)]">
        <div>
          <p className="text-4xl font-semibold tracking-tight tabular-nums">
            {score.score.toFixed(1)}
            <span className="ml-1 text-base font-normal text-ink2">of 100</span>
          </p>
          <p className="mt-1 text-sm text-ink2">
            Grade <strong className="font-semibold text-ink">{score.grade}</strong>
          </p>
          {measuredWeight < 100 && (
            <p className="mt-1 max-w-[26ch] text-xs text-ink2">
              Stands on parts that weigh {measuredWeight} of 100; the others were not measured.
            </p>
          )}
        </div>
        <ul className="grid gap-3 text-sm">
          {score.parts.map((part) => (
            <li key={part.id} className="grid gap-1">
              <div className="flex flex-wrap justify-between gap-x-4">
                <span>{part.title}</span>
                <span className="tabular-nums">
                  {part.input === null ? (
                    <span className="text-ink2">not measured</span>
                  ) : (
                    figureText(part.input, part.unit === 'share' ? 'ratio' : part.unit)
                  )}
                </span>
              </div>
              <div
                className="h-1.5 overflow-hidden rounded-full bg-line2 [print-color-adjust:exact]"
                aria-hidden="true"
              >
                {part.worth !== null && (
                  <div
                    className="h-full rounded-full bg-after"
                    style={{ width: `${Math.round(part.worth * 100)}%` }}
                  />
                )}
              </div>
              <p className="text-xs text-ink2">
                {part.worth === null
                  ? `Left out (weight ${part.weight}): ${part.source}.`
                  : `${(part.worth * part.weight).toFixed(1)} of ${part.weight} points: ${part.curve}. From ${part.source}.`}
              </p>
            </li>
          ))}
        </ul>
      </div>
      <WhatIf id={report} />
    </Card>
  );
}
