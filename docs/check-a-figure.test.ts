import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrialRecord } from '@/lib/contracts/trial-record';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { tQuantile } from '@/lib/stats/t-distribution';

const at = (name: string) => path.resolve(import.meta.dirname, name);
const page = fs.readFileSync(at('check-a-figure.md'), 'utf8');
const record = TrialRecord.parse(JSON.parse(fs.readFileSync(at('check-a-figure.json'), 'utf8')));
const endpoint = 'GET /products';
const rounds = [...new Set(record.segments.map((s) => s.round))];

/** The median of three by sight: no function of ours takes part in what is checked by hand. */
const medians = (round: number, arm: 'before' | 'after') =>
  record.segments
    .filter((s) => s.round === round && s.arm === arm)
    .map((s) => [...(s.endpoints[endpoint]?.latenciesMs ?? [])].sort((a, b) => a - b)[1] ?? Number.NaN);

const meanLog = (values: readonly number[]) =>
  values.reduce((sum, v) => sum + Math.log(v), 0) / values.length;
const differences = rounds.map((r) => meanLog(medians(r, 'after')) - meanLog(medians(r, 'before')));
const n = differences.length;
const mean = differences.reduce((a, b) => a + b, 0) / n;
const spread = Math.sqrt(differences.reduce((sum, d) => sum + (d - mean) ** 2, 0) / (n - 1));
const t = 2.570582;
const half = (t * spread) / Math.sqrt(n);
const signed = (x: number, digits: number) => x.toFixed(digits).replace('-', '−');

describe('docs/check-a-figure.md', () => {
  it('has the figures of its record, each step recomputed', () => {
    for (const round of rounds) {
      const [b, a] = [medians(round, 'before'), medians(round, 'after')];
      const cells = [
        round + 1,
        b.join(', '),
        a.join(', '),
        meanLog(b).toFixed(4),
        meanLog(a).toFixed(4),
        signed(differences[round] ?? 0, 4),
      ];
      const line = page.split('\n').find((l) => new RegExp(`^\\| +${round + 1} \\|`).test(l)) ?? '';
      expect(
        line
          .split('|')
          .slice(1, -1)
          .map((c) => c.trim()),
      ).toEqual(cells.map(String));
    }
    for (const figure of [
      `mean of d = ${signed(mean, 6)}`,
      `s = ${spread.toFixed(6)}`,
      `half = ${half.toFixed(6)}`,
      `exp(${signed(mean, 6)}) = ${Math.exp(mean).toFixed(6)}`,
      `exp(${signed(mean - half, 6)}) = ${Math.exp(mean - half).toFixed(4)}`,
      `exp(${signed(mean + half, 6)}) = ${Math.exp(mean + half).toFixed(4)}`,
      `2 ÷ ${2 ** n} = ${2 / 2 ** n}`,
    ])
      expect(page).toContain(figure);
    expect(tQuantile(0.975, n - 1)).toBeCloseTo(t, 5);
    expect(differences.every((d) => d < 0)).toBe(true);
  });

  it('ends at the verdict that Ratchet gives', () => {
    const verdict = judgeRecord(record);
    expect(verdict.ratio).toBeCloseTo(Math.exp(mean), 8);
    expect(verdict.low).toBeCloseTo(Math.exp(mean - half), 6);
    expect(verdict.high).toBeCloseTo(Math.exp(mean + half), 6);
    expect(verdict.p).toBe(2 / 2 ** n);
    expect(page.replace(/\s+/g, ' ')).toContain(verdict.sentence);
    expect(page).toContain(`**${verdict.verdict}**`);
  });
});
