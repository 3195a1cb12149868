import type { IndexShape } from '@/lib/contracts/index-shape';
import { bearsOn, type Costed, type Costing, leastCost, type Wanting } from './costing';
import type { Goal } from './goal';
import { isDominated, merged, sameTable, shapeKey } from './shape';

/** A set of indexes that makes any statement dearer than this, as a share of its cost now, is not taken. */
const mostDearer = 1.1;
/** A step that brings less than this (share of all, or its logarithm) is within the planner's noise. */
const leastStep = 0.001;

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

/**
 * The Extend method (Schlosser, Kossmann, Boissier: "Efficient Scalable Multi-Attribute Index Selection Using
 * Recursive Strategies", ICDE 2019): from no index on, each step adds an index or extends a chosen one, whichever
 * is worth most per byte of further storage, until the budget or what is worth it is used up. Steps are looked at
 * again only when they may be the best (their last worth bounds the next one, since indexes mostly compete).
 */
export async function extend(input: Input): Promise<Selection> {
  const { costing, wanting, outOfTime } = input;
  const base = new Map<Wanting, number>();
  for (const w of wanting) {
    const costed = outOfTime() ? null : await costing.cost(w, []);
    if (costed !== null && costed.cost >= leastCost) base.set(w, costed.cost);
  }
  const pool = await promising(input, [...base.keys()]);
  const now = new Map<Wanting, number>(base);
  let chosen: IndexShape[] = [];
  let steps = stepsOf(pool, chosen, input);
  let beyond = new Map<string, Step>();
  for (;;) {
    if (outOfTime()) break;
    const best = await bestStep(input, base, now, chosen, steps, beyond);
    if (best === null) break;
    chosen = [...chosen.filter((i) => !best.replaces.includes(i)), best.add];
    for (const w of base.keys()) {
      if (!bearsOn(best.add, w)) continue;
      const costed = await costing.cost(w, chosen);
      if (costed) now.set(w, costed.cost);
    }
    const known = new Map(steps.map((s) => [stepKey(s), s]));
    steps = stepsOf(pool, chosen, input).map((s) => {
      const before = known.get(stepKey(s));
      return before ? { ...s, worth: before.worth } : s;
    });
    beyond = new Map();
  }
  chosen = await withoutIdle(input, base, chosen);
  const beyondBudget = [...beyond.values()].sort((a, b) => b.worth - a.worth).map((s) => s.add);
  return { chosen, base, beyondBudget, cutShort: outOfTime() };
}

/**
 * Candidates that a plan would use: per statement, those that the planner takes from all of them, from the ones
 * without included columns, and from what is then left; each also without its included columns.
 */
async function promising(input: Input, wanting: readonly Wanting[]): Promise<IndexShape[]> {
  const pool = new Map<string, IndexShape>();
  for (const w of wanting) {
    const all = new Map(w.candidates.map(({ shape }) => [shapeKey(shape), shape]));
    const taken = new Set<string>();
    const take = async (among: IndexShape[]) => {
      if (among.length === 0 || input.outOfTime()) return;
      const costed = await input.costing.cost(w, among);
      for (const key of costed?.used ?? []) taken.add(key);
    };
    const plain = [...all.values()].filter((s) => s.include.length === 0);
    await take([...all.values()]);
    await take(plain);
    await take([...all].flatMap(([key, shape]) => (taken.has(key) ? [] : [shape])));
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
  return [...pool.values()];
}

const stepKey = (s: Pick<Step, 'add' | 'replaces'>) => [s.add, ...s.replaces].map(shapeKey).join(' ');

/** All steps from the chosen indexes: each of the pool added, and each chosen one merged with one of the pool. */
function stepsOf(pool: readonly IndexShape[], chosen: readonly IndexShape[], input: Input): Step[] {
  const steps = new Map<string, Step>();
  const offer = (add: IndexShape, from: readonly IndexShape[]) => {
    const replaces = chosen.filter((c) => from.includes(c) || isDominated(c, add));
    const bytes = input.sizeOf(add) - replaces.reduce((sum, c) => sum + input.sizeOf(c), 0);
    const step = { add, replaces, bytes, worth: Number.POSITIVE_INFINITY, fresh: false };
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

const perByte = (s: Step) => s.worth / Math.max(8192, s.bytes);

async function bestStep(
  input: Input,
  base: ReadonlyMap<Wanting, number>,
  now: ReadonlyMap<Wanting, number>,
  chosen: readonly IndexShape[],
  steps: readonly Step[],
  beyond: Map<string, Step>,
): Promise<Step | null> {
  const used = chosen.reduce((sum, c) => sum + input.sizeOf(c), 0);
  for (let again = true; again; ) {
    again = false;
    // A step that replaces indexes by a smaller one, or was worth nothing, is worth looking at too: last.
    const order = [...steps].sort((a, b) => perByte(b) - perByte(a));
    for (const step of order) {
      if (input.outOfTime()) return null;
      if (step.fresh) {
        if (step.worth < leastStep) continue;
        if (used + step.bytes > input.budgetBytes) {
          beyond.set(stepKey(step), step);
          continue;
        }
        return step;
      }
      step.worth = await worthOf(input, base, now, chosen, step);
      step.fresh = true;
      again = true;
      break;
    }
  }
  return null;
}

/** What a step is worth over all statements it bears on; nothing when it makes one of them dearer. */
async function worthOf(
  { costing, goal, burdenOf }: Input,
  base: ReadonlyMap<Wanting, number>,
  now: ReadonlyMap<Wanting, number>,
  chosen: readonly IndexShape[],
  step: Step,
): Promise<number> {
  const then = [...chosen.filter((c) => !step.replaces.includes(c)), step.add];
  let worth = step.replaces.reduce((sum, c) => sum + burdenOf(c), 0) - burdenOf(step.add);
  for (const [w, first] of base) {
    if (!bearsOn(step.add, w)) continue;
    const costed = await costing.cost(w, then);
    const from = now.get(w) ?? first;
    if (costed === null) continue;
    if (costed.cost > first * mostDearer) return 0;
    worth += goal.share(w.item) * goal.worth(first, from, costed.cost);
  }
  return worth;
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
