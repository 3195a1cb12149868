import type { IndexShape } from '@/lib/contracts/index-shape';
import { bearsOn, type Costed, type Costing, leastCost, type Wanting } from './costing';
import type { Goal } from './goal';
import { isDominated, merged, sameTable, shapeKey } from './shape';

/** A set of indexes that makes any statement dearer than this, as a share of its cost now, is not taken. */
const mostDearer = 1.1;
/** A step that brings less than this (share of all, or its logarithm) is within the planner's noise. */
const leastStep = 0.0002;

export interface Selection {
  chosen: IndexShape[];
  /** Statements that plan and are dear enough to gain, with their cost beside no advised index. */
  base: ReadonlyMap<Wanting, number>;
  /** Indexes that would have been worth a step but for the budget, best first. */
  beyondBudget: IndexShape[];
  /** The time ran out before no step was left. */
  cutShort: boolean;
}

export interface Input {
  wanting: readonly Wanting[];
  costing: Costing;
  goal: Goal;
  budgetBytes: number;
  sizeOf(index: IndexShape): number;
  /** What keeping an index up to date costs the workload, in the goal's unit of worth. */
  burdenOf(index: IndexShape): number;
  outOfTime(): boolean;
}

/** One step: indexes that go, the one that comes instead, and what that was worth when last looked at. */
interface Step {
  add: IndexShape;
  replaces: readonly IndexShape[];
  bytes: number;
  worth: number;
  fresh: boolean;
}

/** How far the selection is. */
interface State {
  /** Cost of each statement beside no advised index, beside the chosen ones, and beside all its candidates. */
  base: ReadonlyMap<Wanting, number>;
  now: ReadonlyMap<Wanting, number>;
  least: ReadonlyMap<Wanting, number>;
  chosen: readonly IndexShape[];
  steps: readonly Step[];
}

/**
 * The Extend method (Schlosser, Kossmann, Boissier: "Efficient Scalable Multi-Attribute Index Selection Using
 * Recursive Strategies", ICDE 2019): from no index on, each step adds an index or extends a chosen one, whichever
 * is worth most per byte of further storage, until the budget or what is worth it is used up. Steps are looked at
 * again only when they may be the best: what each was worth last bounds what it is worth next, unless an index of
 * another table has come, and so does what its statements can gain at all.
 */
export async function extend(input: Input): Promise<Selection> {
  const { costing, wanting, outOfTime } = input;
  const base = new Map<Wanting, number>();
  for (const w of wanting) {
    const costed = outOfTime() ? null : await costing.cost(w, []);
    if (costed !== null && costed.cost >= leastCost) base.set(w, costed.cost);
  }
  const { pool, least } = await promising(input, base);
  const now = new Map<Wanting, number>(base);
  const bound = (index: IndexShape) => {
    let worth = 0;
    for (const [w, first] of base)
      if (bearsOn(index, w))
        worth += share(w) * input.goal.worth(first, now.get(w) ?? first, least.get(w) ?? first);
    return worth;
  };
  const share = (w: Wanting) => input.goal.share(w.item);
  let chosen: IndexShape[] = [];
  let steps = stepsOf(pool, chosen, input).map((s) => ({ ...s, worth: bound(s.add) }));
  let beyond = new Map<string, Step>();
  for (;;) {
    if (outOfTime()) break;
    const best = await bestStep(input, { base, now, least, chosen, steps }, beyond);
    if (best === null) break;
    chosen = [...chosen.filter((i) => !best.replaces.includes(i)), best.add];
    const changed = new Set<Wanting>();
    for (const w of base.keys()) {
      if (!bearsOn(best.add, w)) continue;
      const costed = await costing.cost(w, chosen);
      if (!costed) continue;
      if (costed.cost !== now.get(w)) changed.add(w);
      now.set(w, costed.cost);
    }
    const known = new Map(steps.map((s) => [stepKey(s), s]));
    steps = stepsOf(pool, chosen, input).map((s) => {
      const before = known.get(stepKey(s));
      const most = bound(s.add);
      // Indexes of one table compete; one of another table may make a join worth it.
      const helped = !sameTable(s.add, best.add) && [...changed].some((w) => bearsOn(s.add, w));
      return { ...s, worth: before && !helped ? Math.min(before.worth, most) : most };
    });
    beyond = new Map();
  }
  chosen = await withoutIdle(input, base, chosen);
  const beyondBudget = [...beyond.values()].sort((a, b) => b.worth - a.worth).map((s) => s.add);
  return { chosen, base, beyondBudget, cutShort: outOfTime() };
}

/**
 * Candidates that a plan would use: per statement, those that the planner takes from all of the whole table, from
 * the ones without included columns, from the partial ones, and from what is then left; each also without its
 * included columns. With them the least cost that each statement can come to.
 */
async function promising(
  input: Input,
  base: ReadonlyMap<Wanting, number>,
): Promise<{ pool: IndexShape[]; least: ReadonlyMap<Wanting, number> }> {
  const pool = new Map<string, IndexShape>();
  const least = new Map<Wanting, number>(base);
  for (const w of base.keys()) {
    const all = new Map(w.candidates.map(({ shape }) => [shapeKey(shape), shape]));
    const taken = new Set<string>();
    const take = async (among: IndexShape[]) => {
      if (among.length === 0 || input.outOfTime()) return;
      const costed = await input.costing.cost(w, among);
      for (const key of costed?.used ?? []) taken.add(key);
      if (costed) least.set(w, Math.min(costed.cost, least.get(w) ?? costed.cost));
    };
    const whole = [...all.values()].filter((s) => s.predicate === null);
    const plain = whole.filter((s) => s.include.length === 0);
    await take(whole);
    await take(plain);
    if (whole.length < all.size) await take([...all.values()].filter((s) => s.predicate !== null));
    await take(whole.filter((shape) => !taken.has(shapeKey(shape))));
    await take(plain.filter((shape) => !taken.has(shapeKey(shape))));
    for (const key of taken) {
      const shape = all.get(key);
      if (!shape) continue;
      pool.set(key, shape);
      // Only where it is a candidate itself: an index that is there may serve it.
      const bare = shapeKey({ ...shape, include: [] });
      const plainShape = all.get(bare);
      if (plainShape) pool.set(bare, plainShape);
    }
  }
  return { pool: [...pool.values()], least };
}

const stepKey = (s: Pick<Step, 'add' | 'replaces'>) => [s.add, ...s.replaces].map(shapeKey).join(' ');

/** All steps from the chosen indexes: each of the pool added, and each chosen one merged with one of the pool. */
function stepsOf(pool: readonly IndexShape[], chosen: readonly IndexShape[], input: Input): Step[] {
  const steps = new Map<string, Step>();
  const offer = (add: IndexShape, from: readonly IndexShape[]) => {
    const replaces = chosen.filter((c) => from.includes(c) || isDominated(c, add));
    const bytes = input.sizeOf(add) - replaces.reduce((sum, c) => sum + input.sizeOf(c), 0);
    const step = { add, replaces, bytes, worth: 0, fresh: false };
    steps.set(stepKey(step), step);
  };
  for (const index of pool) {
    if (chosen.some((c) => isDominated(index, c))) continue;
    offer(index, []);
    for (const c of chosen) {
      if (!sameTable(c, index)) continue;
      const both = merged(c, index);
      if (both) offer(both, [c]);
    }
  }
  return [...steps.values()];
}

const pageBytes = 8192;
const perByte = (s: Step) => s.worth / Math.max(pageBytes, s.bytes);

async function bestStep(input: Input, state: State, beyond: Map<string, Step>): Promise<Step | null> {
  const used = state.chosen.reduce((sum, c) => sum + input.sizeOf(c), 0);
  for (;;) {
    // By what each may be worth at most: the first that is known to be worth that is the best.
    const order = state.steps.filter((s) => s.worth >= leastStep).sort((a, b) => perByte(b) - perByte(a));
    const place = order.findIndex((s) => !s.fresh || used + s.bytes <= input.budgetBytes);
    for (const s of order.slice(0, place < 0 ? order.length : place)) beyond.set(stepKey(s), s);
    const step = order[place];
    if (step === undefined || input.outOfTime()) return null;
    if (step.fresh) return step;
    const next = order[place + 1];
    const enough = next ? Math.max(leastStep, perByte(next) * Math.max(pageBytes, step.bytes)) : leastStep;
    Object.assign(step, await worthOf(input, state, step, enough));
  }
}

/**
 * What a step is worth over all statements it bears on; nothing when it makes one of them dearer. Given up as soon
 * as it cannot reach `enough`: what it could still be worth is returned then, and `fresh` is false.
 */
async function worthOf(
  { costing, goal, burdenOf }: Input,
  state: State,
  step: Step,
  enough: number,
): Promise<{ worth: number; fresh: boolean }> {
  const { base, now, least, chosen } = state;
  const then = [...chosen.filter((c) => !step.replaces.includes(c)), step.add];
  let worth = step.replaces.reduce((sum, c) => sum + burdenOf(c), 0) - burdenOf(step.add);
  const open = [...base]
    .filter(([w]) => bearsOn(step.add, w))
    .map(([w, first]) => {
      const from = now.get(w) ?? first;
      return { w, first, from, most: goal.share(w.item) * goal.worth(first, from, least.get(w) ?? from) };
    })
    .sort((a, b) => b.most - a.most);
  let rest = open.reduce((sum, o) => sum + o.most, 0);
  // Each look has to tell something new, or two steps of equal worth would be looked at in turns for ever.
  const limit = Math.min(enough, step.worth) * 0.98;
  for (const { w, first, from, most } of open) {
    if (worth + rest < limit) return { worth: worth + rest, fresh: false };
    rest -= most;
    // Nothing left to gain, and nothing replaced that it may rely on.
    if (most < leastStep / 10 && step.replaces.length === 0) continue;
    const costed = await costing.cost(w, then);
    if (costed === null) continue;
    if (costed.cost > first * mostDearer) return { worth: 0, fresh: true };
    worth += goal.share(w.item) * goal.worth(first, from, costed.cost);
  }
  return { worth, fresh: true };
}

/** Drops, one after the other, indexes without which every plan stays as cheap. */
async function withoutIdle(
  { costing }: Input,
  base: ReadonlyMap<Wanting, number>,
  chosen: IndexShape[],
): Promise<IndexShape[]> {
  const used = new Set<string>();
  for (const w of base.keys()) {
    const costed: Costed | null = await costing.cost(w, chosen);
    for (const key of costed?.used ?? []) used.add(key);
  }
  return chosen.filter((index) => used.has(shapeKey(index)));
}
