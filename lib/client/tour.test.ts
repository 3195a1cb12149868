import { describe, expect, it } from 'vitest';
import type { FindingView } from '@/lib/contracts/finding';
import { asTour, tourSteps } from './tour';

const change = { id: 1, kind: 'create-index', title: 'Index', reversible: true };
const finding = (number: number, state?: string): FindingView =>
  ({ number, changes: state === undefined ? [] : [{ ...change, state }] }) as unknown as FindingView;

describe('asTour', () => {
  it.each([
    [undefined, 'new'],
    ['', 'new'],
    ['what', 'new'],
    ['-1', 'new'],
    ['100', 'new'],
    ['off', 'off'],
    ['0', 0],
    ['12', 12],
  ])('%s is %s', (value, state) => expect(asTour(value)).toBe(state));
});

describe('tourSteps', () => {
  const paths = (sights: Parameters<typeof tourSteps>[0]) => tourSteps(sights).map((s) => s.path);

  it('leads through what is there', () => {
    const findings = [finding(1), finding(2, 'applied'), finding(3, 'proposed')];
    const trials = [
      { id: 9, state: 'running' },
      { id: 8, state: 'done' },
    ];
    expect(paths({ findings, trials, mayProve: true })).toEqual([
      '/',
      '/findings',
      '/findings/3',
      '/findings/3',
      '/trials/8',
      '/reports',
      '/targets',
    ]);
  });

  it('leaves out what is not there yet', () => {
    expect(paths({ findings: [], trials: [], mayProve: true })).toEqual([
      '/',
      '/findings',
      '/trials',
      '/reports',
      '/targets',
    ]);
  });

  it('does not tell a viewer to press what is not offered', () => {
    const [text] = tourSteps({ findings: [finding(1, 'proposed')], trials: [], mayProve: false })
      .filter((s) => s.title === 'Prove it')
      .map((s) => s.text);
    expect(text).toMatch(/operator/);
    expect(text).not.toMatch(/Press it/);
  });
});
