import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The tokens of app/globals.css, each as [light, dark]. */
function readTokens(): Map<string, [string, string]> {
  const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');
  const tokens = new Map<string, [string, string]>();
  for (const m of css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)) {
    const [, name, light, dark] = m;
    if (name && light && dark) tokens.set(name, [light, dark]);
  }
  return tokens;
}

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const v = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const surfaces = ['bg', 'panel', 'line2'];
const text: [string, string[]][] = [
  ['ink', surfaces],
  ['ink2', surfaces],
  ['ink3', surfaces],
  ['after', surfaces],
  ['bad', surfaces],
  ['mark', [...surfaces, 'mark-soft']],
  ['after-ink', [...surfaces, 'after-soft']],
  ['bad-ink', [...surfaces, 'bad-soft']],
  ['warn-ink', [...surfaces, 'warn-soft']],
];
const marks: [string, string[]][] = [
  ['before', ['bg', 'panel']],
  ['edge', ['bg', 'panel']],
  ...['series-2', 'series-3', 'series-4', 'series-5', 'series-6'].map((n): [string, string[]] => [
    n,
    ['panel'],
  ]),
];

describe('tokens of the look', () => {
  const tokens = readTokens();
  const check = (pairs: [string, string[]][], least: number) => {
    for (const [ink, grounds] of pairs) {
      for (const ground of grounds) {
        for (const theme of [0, 1] as const) {
          const ratio = contrast(tokens.get(ink)![theme], tokens.get(ground)![theme]);
          expect(ratio, `${ink} on ${ground}, ${theme ? 'dark' : 'light'}`).toBeGreaterThanOrEqual(least);
        }
      }
    }
  };
  it('text has 4.5:1', () => check(text, 4.5));
  it('marks have 3:1', () => check(marks, 3));
});
