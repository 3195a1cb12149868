import type { LoadSource } from '../../contracts/load-source';

type Replay = NonNullable<LoadSource['replay']>;

/**
 * A replay with `factor` times the requests over the same time, its rhythm kept: each recorded request is sent
 * `factor` times on average, the copies spread over the time until the next one. Below 1, requests are left out evenly.
 * The number of requests is within one of `factor` times the recorded one. RangeError unless factor > 0.
 */
export function scaleReplay(replay: Replay, factor: number): Replay {
  if (!(factor > 0)) throw new RangeError(`a replay is scaled by a positive factor, got ${factor}`);
  if (factor === 1) return replay;
  const { arrivals, durationMs } = replay;
  const out: [number, number][] = [];
  let owed = 0;
  // Rows of a probe are taken in order, one an arrival: they are repeated and left out along with the arrivals.
  const turns = replay.probes.map(() => 0);
  const rows = replay.probes.map((): Record<string, string>[] => []);
  arrivals.forEach(([at, probe], i) => {
    const turn = turns[probe] ?? 0;
    turns[probe] = turn + 1;
    const recorded = replay.probes[probe]?.rows ?? [];
    const row = recorded.length > 0 ? recorded[turn % recorded.length] : undefined;
    owed += factor;
    const copies = Math.floor(owed + 1e-9);
    owed -= copies;
    const gap = (arrivals[i + 1]?.[0] ?? durationMs) - at;
    for (let k = 0; k < copies; k++) {
      out.push([at + (gap * k) / copies, probe]);
      if (row) rows[probe]?.push(row);
    }
  });
  return {
    probes: replay.probes.map((p, i) => ({ ...p, rows: rows[i] ?? [] })),
    arrivals: out,
    durationMs,
  };
}

/** The first `ms` of a replay. */
export function cutReplay(replay: Replay, ms: number): Replay {
  if (ms >= replay.durationMs) return replay;
  return { ...replay, arrivals: replay.arrivals.filter(([at]) => at < ms), durationMs: ms };
}
