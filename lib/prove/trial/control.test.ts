import { expect, it } from 'vitest';
import { names, relationsOf } from './control';

it('names sees a table as a word of its own only', () => {
  expect(names('select * from tasks t', 'tasks')).toBe(true);
  expect(names('select * from public."Tasks"', 'tasks')).toBe(true);
  expect(names('select * from tasks_archive', 'tasks')).toBe(false);
  expect(names('select * from subtasks', 'tasks')).toBe(false);
});

it('relationsOf finds tables at any depth of a plan', () => {
  const plan = [
    {
      Plan: {
        'Node Type': 'Hash Join',
        Plans: [{ 'Relation Name': 'a' }, { Plans: [{ 'Relation Name': 'b' }] }],
      },
    },
  ];
  expect(relationsOf(plan)).toEqual(new Set(['a', 'b']));
});
