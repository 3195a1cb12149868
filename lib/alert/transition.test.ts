import { describe, expect, it } from 'vitest';
import { AlertCondition } from '@/lib/contracts/alert';
import { type AlertMemory, transition, unseen } from './transition';

const above = AlertCondition.parse({
  metric: 'http.p95',
  comparison: 'above',
  threshold: 200,
  recover: 150,
  holdSeconds: 60,
  noDataSeconds: 120,
});
const below = AlertCondition.parse({
  metric: 'redis.hit_ratio',
  comparison: 'below',
  threshold: 0.7,
  recover: 0.8,
  holdSeconds: 0,
});

/** Runs through values given as `[seconds, value]` and lists `seconds state event` wherever one of them changes. */
function run(condition: AlertCondition, values: [number, number | null][]): string[] {
  let memory: AlertMemory = unseen(0);
  const told: string[] = [];
  for (const [s, value] of values) {
    const before = memory.state;
    const next = transition(memory, { at: s * 1000, value }, condition);
    memory = next.memory;
    if (memory.state !== before || next.event) told.push(`${s} ${memory.state} ${next.event ?? '-'}`);
  }
  return told;
}

const table: {
  name: string;
  condition: AlertCondition;
  values: [number, number | null][];
  told: string[];
}[] = [
  {
    name: 'within the bound nothing happens',
    condition: above,
    values: [
      [0, 200],
      [60, 199],
    ],
    told: [],
  },
  {
    name: 'fires once it held long enough, and only once',
    condition: above,
    values: [
      [0, 201],
      [30, 250],
      [60, 201],
      [90, 400],
    ],
    told: ['0 pending -', '60 firing fired'],
  },
  {
    name: 'a short excess does not fire, and the time starts anew',
    condition: above,
    values: [
      [0, 300],
      [59, 300],
      [60, 100],
      [61, 300],
      [100, 300],
      [121, 300],
    ],
    told: ['0 pending -', '60 ok -', '61 pending -', '121 firing fired'],
  },
  {
    name: 'between the bounds it keeps firing',
    condition: above,
    values: [
      [0, 300],
      [60, 300],
      [70, 160],
      [80, 300],
      [90, 150],
    ],
    told: ['0 pending -', '60 firing fired', '90 resolved resolved'],
  },
  {
    name: 'without hold it fires at once; resolved stays until the next excess',
    condition: below,
    values: [
      [0, 0.69],
      [5, 0.75],
      [10, 0.8],
      [15, 0.9],
      [20, 0.1],
    ],
    told: ['0 firing fired', '10 resolved resolved', '20 firing fired'],
  },
  {
    name: 'a gap shorter than allowed changes nothing, a longer one is no-data',
    condition: above,
    values: [
      [0, 100],
      [119, null],
      [120, null],
      [130, null],
      [140, 100],
    ],
    told: ['120 no-data no-data', '140 ok -'],
  },
  {
    name: 'a gap does not add to the time that the excess held before no-data',
    condition: above,
    values: [
      [0, 300],
      [120, null],
      [130, 300],
      [189, 300],
      [190, 300],
    ],
    told: ['0 pending -', '120 no-data no-data', '130 pending -', '190 firing fired'],
  },
  {
    name: 'a rule without no-data keeps firing in silence',
    condition: below,
    values: [
      [0, 0.1],
      [10_000, null],
      [10_001, 0.9],
    ],
    told: ['0 firing fired', '10001 resolved resolved'],
  },
  {
    name: 'a series that never had data is no-data after the time allowed',
    condition: above,
    values: [
      [0, null],
      [119, null],
      [120, null],
    ],
    told: ['120 no-data no-data'],
  },
];

describe('the state of an alert', () => {
  for (const { name, condition, values, told } of table) {
    it(name, () => expect(run(condition, values)).toEqual(told));
  }

  it('remembers since when, and the last value through silence', () => {
    let { memory } = transition(unseen(0), { at: 5_000, value: 300 }, above);
    expect(memory).toEqual({
      state: 'pending',
      since: 5_000,
      breachSince: 5_000,
      lastDataAt: 5_000,
      value: 300,
    });
    ({ memory } = transition(memory, { at: 10_000, value: null }, above));
    expect(memory.value).toBe(300);
    ({ memory } = transition(memory, { at: 65_000, value: 310 }, above));
    expect(memory).toEqual({
      state: 'firing',
      since: 65_000,
      breachSince: 5_000,
      lastDataAt: 65_000,
      value: 310,
    });
  });
});
