import { expect, it } from 'vitest';
import { search } from './search';

const items = [
  { kind: 'Finding', title: 'Scan of tasks(user_id)', note: 'high', path: '/findings/1' },
  { kind: 'Page', title: 'Targets', note: 'g a', path: '/targets' },
  { kind: 'Trial', title: 'Tasks index', note: 'improved', path: '/trials/2' },
];

it('finds by every word, in title, kind or note', () => {
  expect(search(items, 'trial improved', 5).map((i) => i.path)).toEqual(['/trials/2']);
  expect(search(items, 'tasks(', 5).map((i) => i.path)).toEqual(['/findings/1']);
  expect(search(items, 'nothing here', 5)).toEqual([]);
});

it('puts titles that begin with the text first, and caps the list', () => {
  expect(search(items, 'ta', 5).map((i) => i.path)).toEqual(['/targets', '/trials/2', '/findings/1']);
  expect(search(items, '', 2)).toHaveLength(2);
});
