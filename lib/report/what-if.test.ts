import { describe, expect, it } from 'vitest';
import type { Severity } from '@/lib/contracts/finding';
import { reportFacts } from '@/test/report-facts';
import { freezeReport } from './freeze';
import { verifyReport } from './verify';
import { whatIf } from './what-if';

/** The report of the fixture with further findings that nothing answers. */
function report(severities: readonly Severity[]) {
  const facts = reportFacts();
  const [answered] = facts.findings;
  if (!answered) throw new Error('the fixture has a finding');
  const more = severities.map((severity, i) => ({
    ...answered,
    key: `open-${i}`,
    subject: `public.t${i}`,
    severity,
    optimizations: i === 0 ? [] : answered.optimizations,
  }));
  return freezeReport({ ...facts, findings: [answered, ...more] });
}

describe('whatIf', () => {
  it('counts what is open by the published formula, the worst first', () => {
    const document = report(['low', 'critical', 'high']);
    const estimate = whatIf(document);
    expect(estimate.score).toBe(document.score?.score);
    expect(estimate.findings.map((f) => [f.severity, f.hasRemedy])).toEqual([
      ['critical', true],
      ['high', true],
      ['low', false],
    ]);
    // By hand: the part weighs 20 and is 1 ÷ (1 + sum), with 1, 0.5 and 0.02 open; of the measured weight.
    const weight = document.score?.measuredWeight ?? 0;
    const sums = [1.52, 0.52, 0.02, 0];
    const points = (sum: number) => (20 / (1 + sum) / weight) * 100;
    sums.forEach((sum, i) => {
      const gained = (estimate.estimatedScores[i] ?? 0) - (estimate.estimatedScores[0] ?? 0);
      expect(gained).toBeCloseTo(points(sum) - points(1.52), 0);
    });
    expect(estimate.findings[0]?.estimatedPoints).toBeCloseTo(points(0.52) - points(1.52), 0);
  });

  it('starts at the score of the report, never falls, and leaves the report as it is', () => {
    const document = report(['medium', 'medium', 'high']);
    const { estimatedScores } = whatIf(document);
    expect(estimatedScores[0]).toBe(document.score?.score);
    expect(estimatedScores).toEqual(estimatedScores.toSorted((a, b) => a - b));
    expect(estimatedScores).toHaveLength(4);
    expect(verifyReport(document).ok).toBe(true);
  });

  it('estimates nothing for a report without a score', () => {
    const { vitals: _, ...facts } = reportFacts();
    expect(whatIf(freezeReport(facts))).toEqual({ score: null, findings: [], estimatedScores: [] });
  });
});
