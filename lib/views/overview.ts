import { AppError } from '@/lib/contracts/error';
import type { Overview } from '@/lib/contracts/overview';
import { listFindings } from '@/lib/diagnose/verbs';
import { forestRows, listTrials } from '@/lib/prove/trial/views';
import type { Store } from '@/lib/store/client';
import { targetViews } from '@/lib/targets/registry';
import { headline } from './headline';
import { tiles } from './tiles';

/**
 * Everything the overview shows of one stack (the first one when none is named).
 * @throws AppError not-found for an unknown name
 */
export async function overview(store: Store, name?: string): Promise<Overview> {
  const now = new Date();
  const stacks = (await store.db.stack.findMany({ orderBy: { id: 'asc' } })).map((s) => s.name);
  const stack = name ?? stacks[0];
  if (stack === undefined) return empty(now);
  if (!stacks.includes(stack))
    throw new AppError('not-found', `There is no stack named "${stack}".`, { field: 'stack' });
  const [targets, tileRows, findings, forest, trials] = await Promise.all([
    targetViews(store, stack),
    tiles(store, stack, now),
    listFindings(store, { stack, state: 'open' }),
    forestRows(store, stack),
    listTrials(store, { stack }),
  ]);
  const running = trials.filter((t) => t.state === 'queued' || t.state === 'running');
  const sentences = headline({ targets, tiles: tileRows, findings, forest });
  return {
    stack,
    stacks,
    at: now.toISOString(),
    ...sentences,
    targets,
    tiles: tileRows,
    findings,
    forest,
    running,
  };
}

function empty(now: Date): Overview {
  const sentences = headline({ targets: [], tiles: [], findings: [], forest: [] });
  return {
    stack: '',
    stacks: [],
    at: now.toISOString(),
    ...sentences,
    targets: [],
    tiles: [],
    findings: [],
    forest: [],
    running: [],
  };
}
