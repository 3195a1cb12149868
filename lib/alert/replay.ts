import type { AlertCondition, Replay } from '@/lib/contracts/alert';
import { transition, unseen } from './transition';

type Fired = Replay['series'][number]['fired'];

/**
 * What a rule would have done on a series' history: when it would have fired, until when (null: to the end), and
 * the worst value meanwhile. Points are means over their step, so shorter peaks than that are not seen. Pure.
 */
export function replay(condition: AlertCondition, points: readonly { t: number; v: number | null }[]): Fired {
  const first = points[0];
  if (!first) return [];
  const fired: { at: number; until: number | null; worst: number }[] = [];
  let memory = unseen(first.t);
  for (const { t, v } of points) {
    const next = transition(memory, { at: t, value: v }, condition);
    memory = next.memory;
    const last = fired.at(-1);
    if (next.event === 'fired' && v !== null) fired.push({ at: t, until: null, worst: v });
    else if (memory.state === 'firing' && last && v !== null)
      last.worst = condition.comparison === 'above' ? Math.max(last.worst, v) : Math.min(last.worst, v);
    else if (last && last.until === null && memory.state !== 'firing') last.until = t;
  }
  return fired.map((f) => ({
    at: new Date(f.at).toISOString(),
    until: f.until === null ? null : new Date(f.until).toISOString(),
    worst: f.worst,
  }));
}
