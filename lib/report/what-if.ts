import type { ReportDocument } from '@/lib/contracts/report';
import type { WhatIf } from '@/lib/contracts/what-if';
import { openFindings, reportScore } from './score';

const order = { critical: 0, high: 1, medium: 2, low: 3 } as const;

/**
 * The published score formula (docs/score.md) on the same report without some of its open findings. Only the part of open
 * findings moves: what a remedy does to response times is known when it was measured. Pure.
 */
export function whatIf(report: ReportDocument): WhatIf {
  if (!report.score) return { score: null, findings: [], estimatedScores: [] };
  const { score } = report.score;
  const open = openFindings(report).toSorted((a, b) => order[a.severity] - order[b.severity]);
  const without = (gone: ReadonlySet<string>) =>
    reportScore({ ...report, findings: report.findings.filter((f) => !gone.has(f.key)) }).score;
  return {
    score,
    findings: open.map(({ key, title, severity, target, optimizations }) => ({
      key,
      title,
      severity,
      target,
      // Scores have one decimal; so have their differences.
      estimatedPoints: Math.round((without(new Set([key])) - score) * 10) / 10,
      hasRemedy: optimizations.length > 0,
    })),
    estimatedScores: [0, ...open.map((_, i) => i + 1)].map((n) =>
      without(new Set(open.slice(0, n).map((f) => f.key))),
    ),
  };
}
