import { describe, expect, it } from 'vitest';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { chooseStatements, weightsOf } from './choose';
import { probeName } from './name';
import type { ValuePlan } from './plan-values';
import { arrayLiteral, parameterRows, pattern } from './rows';

const column = (use: Extract<ValuePlan, { from: 'column' }>['use'] = { as: 'value' }): ValuePlan => ({
  from: 'column',
  ref: 't',
  column: 'a',
  expression: null,
  type: 'integer',
  use,
});
const many = (n: number, of = n) => Array.from({ length: n }, (_, i) => [String(i % of)]);

describe('parameterRows', () => {
  it('keeps frequent values frequent while enough differ', () => {
    const sampled = Array.from({ length: 1000 }, (_, i) => [i % 2 === 0 ? 'hot' : String(i)]);
    const rows = parameterRows([column()], sampled, new Map());
    expect(rows).toHaveLength(200);
    expect(rows.filter(([v]) => v === 'hot')).toHaveLength(100);
  });
  it('prefers different rows when too few of the first differ', () => {
    const sampled = Array.from({ length: 1000 }, (_, i) => [i % 5 === 0 ? String(i) : 'hot']);
    expect(new Set(parameterRows([column()], sampled, new Map()).flat()).size).toBe(200);
  });
  it('keeps the weights of a column with few values', () => {
    expect(parameterRows([column()], many(1000, 3), new Map())).toHaveLength(200);
  });
  it('has one row where nothing varies', () => {
    expect(parameterRows([{ from: 'constant', value: '20' }], [], new Map())).toEqual([['20']]);
    expect(parameterRows([], [], new Map())).toEqual([[]]);
  });
  it('takes the values of one IN list from different rows', () => {
    const plans = [column(), column({ as: 'another', n: 1 }), column({ as: 'another', n: 2 })];
    const sampled = many(500).map(([v]) => [v!, v!, v!]);
    for (const row of parameterRows(plans, sampled, new Map())) expect(new Set(row).size).toBe(3);
  });
  it('slides a window over the values for two ends, within the wanted share', () => {
    const plans = [column({ as: 'low', fraction: 0.1 }), column({ as: 'high', fraction: 0.1 })];
    const sorted = many(1000).flat();
    const rows = parameterRows(
      plans,
      many(1000).map(([v]) => [v!, v!]),
      new Map([
        [0, sorted],
        [1, sorted],
      ]),
    );
    for (const [low, high] of rows) expect(Number(high) - Number(low)).toBe(100);
    expect(new Set(rows.map(([low]) => low)).size).toBeGreaterThan(100);
  });
  it('takes a single end from the top or the bottom', () => {
    const sorted = many(1000).flat();
    for (const [v] of parameterRows(
      [column({ as: 'low', fraction: 0.05 })],
      many(1000),
      new Map([[0, sorted]]),
    ))
      expect(Number(v)).toBeGreaterThanOrEqual(900);
    for (const [v] of parameterRows(
      [column({ as: 'high', fraction: 0.05 })],
      many(1000),
      new Map([[0, sorted]]),
    ))
      expect(Number(v)).toBeLessThanOrEqual(100);
  });
  it('survives a range over one value', () => {
    const plans = [column({ as: 'low', fraction: 0.5 }), column({ as: 'high', fraction: 0.5 })];
    expect(
      parameterRows(
        plans,
        [['7', '7']],
        new Map([
          [0, ['7']],
          [1, ['7']],
        ]),
      ),
    ).toEqual([['7', '7']]);
  });
});

it('arrayLiteral quotes', () =>
  expect(arrayLiteral(['a"b', 'c\\d', null, ''])).toBe('{"a\\"b","c\\\\d",NULL,""}'));

it('pattern escapes wildcards', () => {
  expect(pattern('50%_off!', 'prefix')).toBe('50\\%\\_%');
  expect(pattern('', 'contains')).toBe('%%');
});

describe('weightsOf', () => {
  it('grows with the root of the calls, and starves none', () => {
    const [a, b, c] = weightsOf([10_000, 100, 0]);
    expect(a! / b!).toBeCloseTo(10, 2);
    expect(b).toBe(c);
    expect(a! + b! + c!).toBeCloseTo(1, 3);
  });
});

describe('chooseStatements', () => {
  const statement = (query: string, totalMs: number) => ({
    queryId: query,
    query,
    truncated: false,
    calls: 1,
    totalMs,
    meanMs: 1,
    stddevMs: 0,
    minMs: 1,
    maxMs: 1,
    rows: 1,
    sharedBlksHit: 0,
    sharedBlksRead: 0,
    tempBlksWritten: 0,
    walBytes: 0,
  });
  const choose = (statements: ReturnType<typeof statement>[], total: number) =>
    chooseStatements({ statements, statementsTotalMs: total } as Parameters<typeof chooseStatements>[0]).map(
      (s) => s.query,
    );
  it('takes the first eight whatever their share, and others from 1 %', () => {
    expect(
      choose(
        Array.from({ length: 12 }, (_, i) => statement(`q${i}`, 5 - i * 0.1)),
        10_000,
      ),
    ).toHaveLength(8);
    expect(
      choose(
        Array.from({ length: 12 }, (_, i) => statement(`q${i}`, 50)),
        1_000,
      ),
    ).toHaveLength(12);
  });
});

describe('probeName', () => {
  const analysis = (o: Partial<StatementAnalysis>): StatementAnalysis => ({
    verb: 'select',
    tables: [{ ref: 't', schema: 'public', name: 'tasks' }],
    predicates: [],
    joins: [],
    groupBy: [],
    orderBy: [],
    columns: {},
    hasLimit: false,
    hasAggregate: false,
    parameters: [],
    ...o,
  });
  const by = (column: string, conjunctive = true) => ({
    ref: 't',
    column,
    operator: 'eq' as const,
    parameters: [],
    constant: null,
    expression: null,
    conjunctive,
  });
  it('is short, stable and unique', () => {
    const a = analysis({ predicates: [by('late', false), by('user_id')] });
    const name = probeName(a, '42', new Set());
    expect(name).toMatch(/^tasks by user_id, late #[0-9a-f]{4}$/);
    expect(probeName(a, '42', new Set())).toBe(name);
    expect(probeName(a, '42', new Set([name]))).toMatch(/#[0-9a-f]{6}$/);
    expect(probeName(analysis({ verb: 'update' }), '1', new Set())).toMatch(/^update tasks #/);
    expect(
      probeName(analysis({ orderBy: [{ ref: 't', column: 'at', descending: true }] }), '1', new Set()),
    ).toMatch(/^tasks ordered by at #/);
  });
});
