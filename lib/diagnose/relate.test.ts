import { expect, it } from 'vitest';
import { finding } from './finding';
import { relate } from './relate';

const about = (id: string, statements: string[], optimizations: string[] = [], target = 'db') =>
  finding({
    id,
    severity: 'low',
    target,
    subject: id,
    title: id,
    detail: '',
    evidence: [],
    optimizations,
    facts: { statements },
  });

it('ties a slow statement to the remedy that names it, on the same target only', () => {
  const slow = about('postgres/slow-statement', ['1']);
  const other = about('postgres/slow-statement', ['3']);
  const index = about('postgres/missing-index', ['1', '2'], ['postgres/create-index']);
  const elsewhere = about('postgres/missing-index', ['1'], ['postgres/create-index'], 'other');
  const [first, second, third] = relate([slow, other, index, elsewhere]);
  expect(first?.related).toEqual([index.key]);
  expect(second?.related).toBeUndefined();
  expect(third?.related).toBeUndefined();
});

it('ties a table read whole, and a foreign key, to the index that the workload wants there', () => {
  const on = (id: string, table: string, columns: string[], optimizations: string[]) =>
    finding({
      id,
      severity: 'low',
      target: 'db',
      subject: `public.${table}`,
      title: id,
      detail: '',
      evidence: [],
      optimizations,
      facts: { schema: 'public', table, columns },
    });
  const create = ['postgres/create-index'];
  const index = on('postgres/missing-index', 'tasks', ['user_id', 'at'], create);
  const scans = on('postgres/sequential-scans', 'tasks', [], []);
  const otherScans = on('postgres/sequential-scans', 'users', [], []);
  const key = on('postgres/unindexed-foreign-key', 'tasks', ['user_id'], create);
  const otherKey = on('postgres/unindexed-foreign-key', 'tasks', ['model_id'], create);
  const related = relate([index, scans, otherScans, key, otherKey]).map((f) => f.related);
  expect(related).toEqual([undefined, [index.key], undefined, [index.key], undefined]);
});
