import { describe, expect, it } from 'vitest';
import type { FindingView } from '@/lib/contracts/finding';
import type { Tile } from '@/lib/contracts/overview';
import type { TargetView } from '@/lib/contracts/target';
import type { ForestRow } from '@/lib/contracts/trial';
import { headline } from './headline';

const target = (name: string, status: TargetView['status']): TargetView => ({
  id: 1,
  stack: 's',
  kind: 'postgres',
  name,
  address: 'x',
  status,
  lastSampleAt: null,
  unreachableSince: null,
  unreachableWhy: null,
  version: null,
});
const p95 = (value: number | null) => [{ id: 'p95', value } as Tile];
const finding = (severity: string) => ({ severity }) as FindingView;
const kept = { decision: 'kept' } as ForestRow;

describe('headline', () => {
  it.each([
    [[], p95(null), [], [], 'Nothing is watched yet. Add a target to begin.', ''],
    [
      [target('db', 'waiting')],
      p95(null),
      [],
      [],
      'Waiting for the first samples. No open finding.',
      '0 of 1 targets answer.',
    ],
    [
      [target('db', 'stale'), target('cache', 'waiting')],
      p95(null),
      [],
      [],
      'No new samples come in. No open finding.',
      'Nothing reads the targets: the worker does not run, or has just been started.',
    ],
    [
      [target('db', 'ok')],
      p95(41.2),
      [],
      [],
      'Healthy. No open finding.',
      'The target answers. p95 is 41 ms against a goal of 200 ms.',
    ],
    [
      [target('db', 'ok'), target('cache', 'unreachable')],
      p95(41),
      [finding('high')],
      [],
      'cache does not answer. One finding is worth acting on.',
      '1 of 2 targets answer. p95 is 41 ms against a goal of 200 ms.',
    ],
    [
      [target('db', 'ok'), target('cache', 'ok')],
      p95(240),
      [finding('high'), finding('low')],
      [kept, kept, kept],
      'Slower than it should be. Three changes kept; two findings are worth acting on.',
      'All 2 targets answer. p95 is 240 ms against a goal of 200 ms.',
    ],
    [
      [target('db', 'ok')],
      p95(9.44),
      [finding('critical')],
      [],
      'Something critical needs attention. One finding is worth acting on.',
      'The target answers. p95 is 9.4 ms against a goal of 200 ms.',
    ],
  ])('%#', (targets, tiles, findings, forest, first, sub) => {
    expect(headline({ targets, tiles, findings, forest })).toEqual({ headline: first, sub });
  });
});
