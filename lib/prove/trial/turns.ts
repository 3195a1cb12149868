import type { EndpointResult, SegmentResult } from '@/lib/load/generator';

/** A segment in which each endpoint had a turn of its own length. */
export interface MeasuredSegment extends SegmentResult {
  endpoints: Record<string, EndpointResult & { durationMs: number }>;
}

/**
 * One segment made of the turns of its endpoints, in order: `turns[i]` measured `endpoints[i]`. The generator's health
 * is weighted by time; its late sends add up.
 */
export function joinTurns(turns: readonly SegmentResult[], endpoints: readonly string[]): MeasuredSegment {
  const first = turns[0];
  if (!first || turns.length !== endpoints.length) throw new Error('each endpoint of a segment has one turn');
  const durationMs = turns.reduce((sum, turn) => sum + turn.durationMs, 0);
  const weighted = (of: (turn: SegmentResult) => number) =>
    turns.reduce((sum, turn) => sum + of(turn) * turn.durationMs, 0) / durationMs;
  const joined: MeasuredSegment = {
    startedAt: first.startedAt,
    durationMs,
    endpoints: {},
    generator: {
      cpuShare: weighted((turn) => turn.generator.cpuShare),
      eventLoopDelayP99Ms: weighted((turn) => turn.generator.eventLoopDelayP99Ms),
      lateSends: turns.reduce((sum, turn) => sum + turn.generator.lateSends, 0),
    },
  };
  turns.forEach((turn, i) => {
    const name = endpoints[i] ?? '';
    const measured = turn.endpoints[name];
    if (measured) joined.endpoints[name] = { ...measured, durationMs: turn.durationMs };
    if (turn.firstError !== undefined) joined.firstError ??= turn.firstError;
  });
  return joined;
}
