import { expect, it } from 'vitest';
import { nodeHeap } from './node-heap';

const MiB = 2 ** 20;

it.each([
  [64, 48, 1],
  [256, 192, 2],
  [512, 384, 4],
  [2048, 1536, 16],
  [8192, 6144, 16],
])('%d MiB: %d for old objects, semi-spaces of %d', (limit, old, semi) => {
  const flags = `--max-old-space-size=${old} --max-semi-space-size=${semi}`;
  expect(nodeHeap(limit * MiB, '')?.options).toBe(flags);
});

it('keeps other options, and a heap that fits', () => {
  expect(nodeHeap(256 * MiB, '--enable-source-maps')?.options).toBe(
    '--enable-source-maps --max-old-space-size=192 --max-semi-space-size=2',
  );
  expect(nodeHeap(256 * MiB, '--max_old_space_size=200')).toBeNull();
});

it('replaces a heap as large as the limit', () => {
  expect(nodeHeap(256 * MiB, '-r ./x --max-old-space-size=4096 --max-semi-space-size=64')?.options).toBe(
    '-r ./x --max-old-space-size=192 --max-semi-space-size=2',
  );
});
