'use client';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { cx } from '@/lib/client/cx';
import { whatIfQuery } from '@/lib/client/queries/reports';
import type { WhatIf as Estimate } from '@/lib/contracts/what-if';
import { StackLink } from '../shell/stack-link';
import { Tag } from '../ui/tag';
import { SeverityTag } from '../ui/word-tag';

/** Open findings and what the score would be without them: estimates, and marked as such wherever one stands. */
export function WhatIf({ id }: { id: number }) {
  const { data } = useQuery(whatIfQuery(id));
  if (!data || data.score === null || data.findings.length === 0) return null;
  return <Slider estimate={data} score={data.score} />;
}

function Slider({ estimate, score }: { estimate: Estimate; score: number }) {
  const [gone, setGone] = useState(0);
  const slider = useId();
  const { findings, estimatedScores } = estimate;
  const value = estimatedScores[gone] ?? score;
  const shown = gone === 0 ? 'none' : gone === findings.length ? 'all' : `the worst ${gone}`;
  return (
    <section aria-label="What if" className="no-print mt-4 border-t border-line2 pt-3.5 text-sm">
      <h3 className="mb-1 flex flex-wrap items-center gap-2 font-medium">
        What if open findings were gone? <Tag tone="warn">estimate</Tag>
      </h3>
      <p className="mb-3 max-w-[80ch] text-xs text-ink2">
        By the published formula, with the part of open findings alone: what a remedy does to response times
        is known when a trial has measured it. Nothing of this is kept, or part of the report.
      </p>
      <div className="mb-3 grid items-center gap-x-6 gap-y-2 sm:grid-cols-[minmax(0,1fr)_auto]">
        <div>
          <label htmlFor={slider} className="mb-1 block text-xs text-ink2">
            Of {findings.length} open findings, gone: {shown}
          </label>
          <input
            id={slider}
            type="range"
            min={0}
            max={findings.length}
            value={gone}
            aria-valuetext={`${shown} gone: estimated score ${value.toFixed(1)} of 100`}
            onChange={(event) => setGone(Number(event.target.value))}
            className="h-6 w-full accent-(--after) pointer-coarse:h-10"
          />
        </div>
        <output htmlFor={slider} className="tabular-nums">
          <span className="text-xl font-semibold tracking-tight">≈ {value.toFixed(1)}</span>
          <span className="ml-1 text-ink2">of 100, estimated (measured: {score.toFixed(1)})</span>
        </output>
      </div>
      <ol className="grid">
        {findings.map((finding, i) => (
          <li
            key={finding.key}
            className={cx(
              'flex flex-wrap items-baseline justify-between gap-x-4 border-t border-line2 py-1.5 first:border-t-0',
              i < gone && 'text-ink3 line-through decoration-ink3',
            )}
          >
            <span className="min-w-0 break-words">
              {finding.title} <SeverityTag severity={finding.severity} />
              {!finding.hasRemedy && <span className="ml-1.5 text-xs text-ink3">no remedy by a button</span>}
            </span>
            <span className="text-xs whitespace-nowrap text-ink2">
              ≈ +{finding.estimatedPoints.toFixed(1)} alone, estimated
            </span>
          </li>
        ))}
      </ol>
      <p className="mt-2 text-xs">
        <StackLink href="/findings" className="link">
          Findings as they are now
        </StackLink>
      </p>
    </section>
  );
}
