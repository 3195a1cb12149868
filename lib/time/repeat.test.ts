import { expect, it, vi } from 'vitest';
import { repeat } from './repeat';

it('does its work again after each end, and nothing after stop', async () => {
  const turns: number[] = [];
  const { stop } = repeat(1, async (_signal, turn) => void turns.push(turn));
  await vi.waitFor(() => expect(turns.length).toBeGreaterThan(3));
  await stop();
  const done = turns.length;
  expect(turns).toEqual(turns.map((_, i) => i));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(turns).toHaveLength(done);
});

it('stop waits for the work under way, which hears of it, and cuts the pause short', async () => {
  let ended = false;
  const { stop } = repeat(3_600_000, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    ended = true;
  });
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await stop();
  expect(ended).toBe(true);
});

it('stopped before its first time, it never works', async () => {
  const work = vi.fn(async () => {});
  await repeat(1, work, { firstAfterMs: 3_600_000 }).stop();
  expect(work).not.toHaveBeenCalled();
});

it('work that throws ends it, and stop tells', async () => {
  const work = vi.fn(async () => {
    throw new Error('no');
  });
  const { stop } = repeat(1, work);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(work).toHaveBeenCalledTimes(1);
  await expect(stop()).rejects.toThrow('no');
});
