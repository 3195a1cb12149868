import { describe, expect, it } from 'vitest';
import { within } from './within';

const never = () => new Promise<never>(() => undefined);

describe('within', () => {
  it('gives what the work gives, and its error', async () => {
    expect(await within(1_000, 'x', async () => 7)).toBe(7);
    await expect(within(1_000, 'x', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(
      within(1_000, 'x', () => {
        throw new Error('at once');
      }),
    ).rejects.toThrow('at once');
  });

  it('gives up on work that hangs, and tells it', async () => {
    let told = false;
    const work = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        told = true;
      });
      return never();
    };
    await expect(within(20, 'Redis at x', work)).rejects.toMatchObject({
      code: 'timeout',
      message: 'Redis at x did not answer within 0.02 s.',
    });
    expect(told).toBe(true);
  });

  it('stops when it is told to, before and during the work', async () => {
    const controller = new AbortController();
    const during = within(10_000, 'x', never, controller.signal);
    controller.abort();
    await expect(during).rejects.toMatchObject({ code: 'cancelled' });
    let ran = false;
    const before = within(
      10_000,
      'x',
      async () => {
        ran = true;
      },
      controller.signal,
    );
    await expect(before).rejects.toMatchObject({ code: 'cancelled' });
    expect(ran).toBe(false);
  });
});
