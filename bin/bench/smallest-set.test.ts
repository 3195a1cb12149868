import { expect, it } from 'vitest';
import { smallestSet } from './smallest-set';

const parts = Array.from({ length: 11 }, (_, i) => i);

it.each([[[4]], [[0]], [[10]], [[1, 2]], [[0, 10]], [[3, 4, 9]]])(
  'finds the culprits %j and no other part',
  async (culprits) => {
    let questions = 0;
    const found = await smallestSet(parts, async (removed) => {
      questions += 1;
      return culprits.every((c) => removed.includes(c));
    });
    expect(found.toSorted((a, b) => a - b)).toEqual(culprits);
    expect(questions).toBeLessThanOrEqual(8 * culprits.length);
  },
);
