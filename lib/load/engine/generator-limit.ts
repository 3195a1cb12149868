import type { LoadModel } from '../../contracts/load';
import type { RawSecond } from './meter';

/** So many seconds in a row, so that the start of the process and one pause of the machine do not count. */
const inARow = 3;
/** Share of requests sent over 10 ms late from which a second of the open model is the generator's own doing. */
const lateShare = 0.05;
/** Share of a core from which the closed model waits for the generator: it has one thread. */
const busyShare = 0.97;

/** Finds from which second on the generator, and not the target, was the limit. */
export class GeneratorLimit {
  found: { from: number; why: string } | null = null;
  #row = 0;

  constructor(readonly model: LoadModel) {}

  /** Told of each second; `exhausted`: this machine can open no more connections. */
  second(s: RawSecond, exhausted: string | null): void {
    if (this.found) return;
    if (exhausted !== null) {
      this.found = { from: s.t, why: `${exhausted[0]?.toUpperCase()}${exhausted.slice(1)}.` };
      return;
    }
    const { lateSends, cpuShare } = s.generator;
    const late = lateSends > Math.max(1, s.sent * lateShare);
    const busy = cpuShare >= busyShare;
    // What a generator without time to spare drops, it might have had answered in time.
    const limited = this.model === 'open' ? late || (busy && s.dropped > 0) : busy;
    this.#row = limited ? this.#row + 1 : 0;
    if (this.#row < inARow) return;
    const share = Math.round(cpuShare * 100);
    this.found = {
      from: s.t - inARow + 1,
      why:
        this.model === 'open'
          ? `The generator could not keep to the schedule: of ${s.offered} requests due in a second, ${lateSends} were sent more than 10 ms late and ${s.dropped} were dropped (generator at ${share} % of a core).`
          : `The generator used ${share} % of the one core it can use, so the users waited for it as well as for the target. Use fewer users, think time, or a fixed rate.`,
    };
  }
}
