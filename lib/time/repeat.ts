import { pause } from './pause';

export interface Repeating {
  /** Aborts what is under way, begins nothing more, and resolves when it has ended. */
  stop(): Promise<void>;
}

/**
 * Does `work` again and again, `everyMs` after its end; the first time at once, or after `firstAfterMs`. `work` is given
 * a signal that is aborted on stop, and the number of the turn, from 0. What it throws ends the repetition and rejects
 * `stop`: work that may fail says so itself and goes on.
 */
export function repeat(
  everyMs: number,
  work: (signal: AbortSignal, turn: number) => Promise<void>,
  o: { firstAfterMs?: number } = {},
): Repeating {
  const controller = new AbortController();
  const { signal } = controller;
  const running = (async () => {
    await pause(o.firstAfterMs ?? 0, signal);
    for (let turn = 0; !signal.aborted; turn++) {
      await work(signal, turn);
      await pause(everyMs, signal);
    }
  })();
  // Whoever stops it hears of it; until then it is no unhandled rejection.
  running.catch(() => undefined);
  return {
    stop: () => {
      controller.abort();
      return running;
    },
  };
}
