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
