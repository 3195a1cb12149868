import { expect, it } from 'vitest';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { finding } from '@/lib/diagnose/finding';
import { planChanges } from './plan';

const snapshot: PostgresSnapshot = {
  takenAt: '2026-01-01T00:00:00.000Z',
  versionNumber: 180000,
  version: '18',
  database: 'db',
  role: 'r',
  superuser: true,
  searchPath: ['public'],
  extensions: {},
  availableExtensions: [],
  databaseBytes: 0,
  statsReset: null,
  statements: null,
  statementsMissing: null,
  statementsTotalMs: 0,
  statementsSince: null,
  tables: [],
  indexes: [],
  foreignKeys: [],
  settings: [],
  sessions: null,
};

const about = (id: string, optimization: string, facts: Record<string, unknown>) =>
  finding({
    id,
    severity: 'low',
    target: 'db',
    subject: 's',
    title: id,
    detail: '',
    evidence: [],
    optimizations: [optimization],
    facts,
  });
const index = (table: string, columns: string[], gain: number) =>
  about('postgres/missing-index', 'postgres/create-index', { schema: 'public', table, columns, gain });
const settings = (name: string, first: boolean) =>
  about('postgres/settings', 'postgres/change-settings', {
    change: name,
    first,
    settings: [{ name, current: '1', proposed: '2', why: 'test', takesEffect: 'reload' }],
  });

const planned = (...findings: ReturnType<typeof finding>[]) =>
  planChanges({ findings, cannotCheck: [] }, new Map([['db', snapshot]])).map((p) =>
    p.plan.steps[0]?.statement.replace(/.* ON public\./, ''),
  );

it('plans what others depend on first, then by expected gain', () => {
  expect(
    planned(
      settings('max_wal_size', false),
      index('a', ['x'], 0.1),
      index('b', ['x'], 0.4),
      settings('work_mem', true),
    ),
  ).toEqual(["ALTER SYSTEM SET work_mem = '2'", 'b (x)', 'a (x)', "ALTER SYSTEM SET max_wal_size = '2'"]);
});

it('plans a change once, and no index that another planned one begins with', () => {
  expect(
    planned(
      index('a', ['x'], 0.5),
      index('a', ['x', 'y'], 0.4),
      index('a', ['x', 'y'], 0.3),
      index('a', ['y'], 0.2),
      index('b', ['x'], 0.1),
    ),
  ).toEqual(['a (x, y)', 'a (y)', 'b (x)']);
});
