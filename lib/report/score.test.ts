import { expect, it } from 'vitest';
import { reportFacts } from '@/test/report-facts';
import { freezeReport } from './freeze';
import { reportScore, scoreText } from './score';
import { verifyReport } from './verify';

const document = freezeReport(reportFacts());
const part = (id: string, of = document) => reportScore(of).parts.find((p) => p.id === id);

it('is the weighted mean of the measured parts, and says what it stands on', () => {
  const { score, measuredWeight, parts } = reportScore(document);
  const counted = parts.filter((p) => p.worth !== null);
  expect(parts.reduce((sum, p) => sum + p.weight, 0)).toBe(100);
  expect(counted.map((p) => p.id)).toEqual([
    'response-time',
    'errors',
    'findings',
    'buffer-hit-ratio',
    'connections',
  ]);
  expect(measuredWeight).toBe(counted.reduce((sum, p) => sum + p.weight, 0));
  const mean = counted.reduce((sum, p) => sum + (p.worth ?? 0) * p.weight, 0) / measuredWeight;
  expect(score).toBeCloseTo(100 * mean, 1);
  expect(part('cache-hit-ratio')).toMatchObject({
    input: null,
    worth: null,
    source: 'it was not watched during the pass',
  });
  expect(scoreText(reportScore(document))).toContain(`weigh ${measuredWeight} of 100`);
});

it('goes by the curves that are published', () => {
  expect(part('buffer-hit-ratio')?.worth).toBeCloseTo((0.972 - 0.9) / 0.09, 9);
  expect(part('connections')).toMatchObject({ input: 0.4, worth: 1 });
  // The one finding, a critical one, is answered by the change that was kept.
  expect(part('findings')?.input).toBe(0);
  const open = { ...document, changes: [] };
  expect(part('findings', open)).toMatchObject({ input: 1, worth: 0.5 });
});

it.each([
  [100, 1],
  [50, 1],
  [2_000, 0],
  [9_000, 0],
  [Math.sqrt(200_000), 0.5],
])('a p95 of %f ms is worth %f', (ms, worth) => {
  const copy = structuredClone(document);
  const overall = copy.trials.findLast((t) => t.kind === 'overall');
  overall!.verdict!.endpoints = overall!.verdict!.endpoints.slice(0, 1).map((e) => ({
    ...e,
    endpoint: 'GET /slow',
    p95: { ...e.p95, after: ms },
  }));
  expect(part('response-time', copy)?.worth).toBeCloseTo(worth, 9);
});

it('cannot be set: verify finds a score that does not follow, and one that was put where none was', () => {
  expect(verifyReport(document).ok).toBe(true);
  const better = structuredClone(document);
  better.score!.score = 99;
  expect(verifyReport(better).problems.map((p) => p.path)).toContain('score.score');
  const weightless = structuredClone(document);
  weightless.score!.parts[0]!.weight = 0;
  expect(verifyReport(weightless).problems.map((p) => p.path)).toContain('score.parts[0].weight');
  const { vitals: _, ...old } = reportFacts();
  const before = freezeReport(old);
  expect(before.score).toBeUndefined();
  expect(verifyReport(before).ok).toBe(true);
  expect(verifyReport({ ...before, score: document.score }).ok).toBe(false);
});

it('counts a finding as answered when all whose remedies answer it are', () => {
  const copy = structuredClone(document);
  const [index] = copy.findings;
  const slow = {
    ...index!,
    id: 'postgres/slow-statement',
    key: 'slow',
    optimizations: [],
    related: [index!.key],
  };
  copy.findings.push(slow);
  expect(part('findings', copy)?.input).toBe(0);
  slow.related = [index!.key, 'other'];
  copy.findings.push({ ...index!, key: 'other', subject: 'public.other' });
  expect(part('findings', copy)?.input).toBe(2);
});
