import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mean } from '@/lib/stats/mean';
import { glossary, isTerm, type Term, termIds } from './glossary';

const terms: [string, Term][] = termIds.map((id) => [id, glossary[id]]);

describe('the glossary', () => {
  it.each(terms)(
    '%s says what it means in a sentence or two, and leads only to terms there are',
    (id, term) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(term.short.length).toBeLessThan(200);
      expect(term.short).toMatch(/\.$/);
      expect(term.long.length).toBeGreaterThan(0);
      for (const paragraph of term.long) expect(paragraph).toMatch(/[.]$/);
      for (const other of term.see) expect(isTerm(other) && other !== id, `${id} → ${other}`).toBe(true);
    },
  );

  it('is reached from the pages: every term but those that only explain others stands somewhere', () => {
    const root = path.resolve('components');
    const files = fs
      .readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((f) => f.endsWith('.tsx'));
    const all = files.map((f) => fs.readFileSync(path.join(root, f), 'utf8')).join('\n');
    const linked = new Set(terms.flatMap(([, t]) => t.see));
    const lost = termIds.filter(
      (id) => !new RegExp(`(term|id)(=|: )['"]${id}['"]`).test(all) && !linked.has(id),
    );
    expect(lost).toEqual([]);
  });

  it('computes what it says', () => {
    expect(Math.round(mean([...Array.from({ length: 20 }, () => 10), 2000]))).toBe(105);
    expect(Math.round((1 - 0.95 ** 20) * 100)).toBe(64);
  });
});
