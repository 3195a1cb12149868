import type pg from 'pg';
import { type Arm, differing, inArm, nothing, planOf, type Setting, timed } from './advise-arms';
import { judged, type TimedStatement, timeRounds, timesOf } from './advise-rounds';
import { smallestSet } from './smallest-set';

/** One thing of a plan that can go. */
type Part = { what: string; setting: Setting } | { what: string; index: string };

/** A statement is waited for so many times as long as it takes with the whole plan, ms at least: what is slower is not harmed. */
const patience = { times: 1.5, leastMs: 100 };
/** As above where arms without parts of the plan are compared: they may be slower than it. */
const longPatience = 4;
/** Longest that a statement may take with the plan, ms. */
const longestMs = 300_000;
/** Rounds that tell which of several cures costs the other statements least. */
const fewRounds = 3;

interface Bench {
  client: pg.Client;
  /** All that was built and set; an arm is some of it. */
  all: Arm;
  say(line: string): void;
  seed: number;
}

/**
 * A plan without what makes a statement slower, as trials show it: all statements with the whole plan against none of it;
 * for one that regressed, which parts cause that, found by leaving them out; and at the end each part that had to go
 * is tried again beside what is left, for what it harmed with may have gone too.
 */
export async function keepHarmless(
  client: pg.Client,
  sqls: readonly string[],
  plan: Arm,
  say: (line: string) => void,
): Promise<Arm> {
  const bench: Bench = { client, all: plan, say, seed: 1 };
  const statements = sqls.map((sql, i) => ({ name: `Q${i + 1}`, sql }));
  let kept = plan;
  const taken: Part[] = [];
  let due = statements;
  while (due.length > 0) {
    const harmed = await harmedBy(bench, kept, due);
    let culprits: Part[] = [];
    let looked = 0;
    for (; looked < harmed.length && culprits.length === 0; looked++) {
      const { statement, factor } = harmed[looked] ?? { statement: due[0], factor: 1 };
      if (!statement) break;
      say(`${statement.name} takes ${factor.toFixed(2)} times as long`);
      culprits = await culpritsOf(bench, kept, statement, statements);
      if (culprits.length === 0) say(`${statement.name}: not so when timed again`);
    }
    if (culprits.length === 0) break;
    say(`taken back: ${culprits.map((p) => p.what).join(', ')}`);
    taken.push(...culprits);
    const less = without(kept, culprits);
    const changed = await differing(client, plan, statements, [kept, less]);
    const left = harmed.slice(looked).map((h) => h.statement.name);
    due = statements.filter((s) => changed.some((c) => c.name === s.name) || left.includes(s.name));
    kept = less;
  }
  return giveBack(bench, kept, taken, statements);
}

type Statement = { name: string; sql: string };

/**
 * The statements that take longer with the plan than without, most harmed first: those that the trial shows to, and
 * those that seem to by more than the margin. What is too little to be shown of one among 22 (Holm) may be shown when that
 * one is timed by itself, as each is before anything is taken back.
 */
async function harmedBy(
  bench: Bench,
  kept: Arm,
  statements: readonly Statement[],
): Promise<{ statement: Statement; factor: number }[]> {
  const limited = await withLimits(bench, kept, statements, patience.times);
  const seed = bench.seed++;
  const segments = await timeRounds(bench.client, {
    statements: limited,
    all: bench.all,
    arms: [nothing, kept],
    seed,
  });
  const verdict = judged(segments, 0, 1, seed);
  bench.say(`trial of ${limited.length} statements: ${verdict.sentence}`);
  return verdict.endpoints
    .filter((e) => e.verdict === 'regressed' || e.p50.ratio > 1 + verdict.margin)
    .map((e) => ({ name: e.endpoint, factor: e.p50.ratio }))
    .sort((a, b) => b.factor - a.factor)
    .flatMap(({ name, factor }) => {
      const statement = statements.find((s) => s.name === name);
      return statement ? [{ statement, factor }] : [];
    });
}

/** Statements with how long they are waited for: the better of two times in the arm, several times over. */
async function withLimits(
  { client, all }: Bench,
  arm: Arm,
  statements: readonly Statement[],
  times: number,
): Promise<TimedStatement[]> {
  return inArm(client, all, arm, async () => {
    const limited: TimedStatement[] = [];
    for (const s of statements) {
      const first = await timed(client, s.sql, longestMs);
      const best = Math.min(first, await timed(client, s.sql, longestMs));
      limited.push({ ...s, limitMs: Math.max(patience.leastMs, best * times) });
    }
    return limited;
  });
}

/**
 * The parts of a plan that harm a statement; none where it is not harmed when timed again. One part without which it is
 * not harmed; of several such the one whose loss costs the others least; where no single one cures, a smallest set.
 */
async function culpritsOf(
  bench: Bench,
  kept: Arm,
  statement: Statement,
  statements: readonly Statement[],
): Promise<Part[]> {
  const parts = await suspects(bench, kept, statement);
  const arms = parts.map((p) => without(kept, [p]));
  const limited = await withLimits(bench, kept, [statement], longPatience);
  const look = async (others: readonly Arm[]) => {
    const seed = bench.seed++;
    const segments = await timeRounds(bench.client, {
      statements: limited,
      all: bench.all,
      arms: [nothing, kept, ...others],
      seed,
    });
    return {
      harmed: judged(segments, 0, 1, seed).verdict === 'regressed',
      cured: others.map(
        (_, i) =>
          judged(segments, 0, i + 2, seed).verdict !== 'regressed' &&
          judged(segments, 1, i + 2, seed).verdict === 'improved',
      ),
    };
  };
  const first = await look(arms);
  if (!first.harmed) return [];
  const single = parts.filter((_, i) => first.cured[i]);
  if (single.length === 1) return single;
  if (single.length > 1) return [await cheapest(bench, kept, single, statements)];
  return smallestSet(parts, async (removed) => (await look([without(kept, removed)])).cured[0] === true);
}

/** The parts that a statement may be harmed by: each setting, and each index that it uses, also once others have gone. */
async function suspects({ client, all }: Bench, kept: Arm, { sql }: Statement): Promise<Part[]> {
  const settings: Part[] = kept.settings.map((s) => ({ what: `${s.name} = ${s.after}`, setting: s }));
  const used: Part[] = [];
  for (;;) {
    const plan = await inArm(client, all, without(kept, used), () => planOf(client, sql));
    const words = new Set(plan.split(/\W+/));
    const more = kept.indexes.filter(
      (name) => words.has(name) && !used.some((p) => 'index' in p && p.index === name),
    );
    if (more.length === 0) return [...settings, ...used];
    used.push(...more.map((index) => ({ what: `index ${index}`, index })));
  }
}

/** Of several parts that cure, the one whose loss costs the statements together least (geometric mean). */
async function cheapest(
  bench: Bench,
  kept: Arm,
  parts: readonly Part[],
  statements: readonly Statement[],
): Promise<Part> {
  const arms = parts.map((p) => without(kept, [p]));
  const names = new Set<string>();
  for (const arm of arms)
    for (const s of await differing(bench.client, bench.all, statements, [kept, arm])) names.add(s.name);
  const due = statements.filter((s) => names.has(s.name));
  const limited = await withLimits(bench, kept, due, longPatience);
  const segments = await timeRounds(bench.client, {
    statements: limited,
    all: bench.all,
    arms,
    rounds: fewRounds,
    seed: bench.seed++,
  });
  const sums = arms.map((_, i) =>
    due.reduce((sum, s) => sum + Math.log(Math.min(...timesOf(segments, i, s.name))), 0),
  );
  const best = parts[sums.indexOf(Math.min(...sums))] ?? parts[0];
  if (!best) throw new Error('no part to choose from');
  return best;
}

/** Tries each part that had to go once more: it comes back where it helps and nothing is harmed. */
async function giveBack(
  bench: Bench,
  less: Arm,
  taken: readonly Part[],
  statements: readonly Statement[],
): Promise<Arm> {
  let kept = less;
  for (const part of taken) {
    const more = withPart(bench.all, kept, part);
    const due = await differing(bench.client, bench.all, statements, [kept, more]);
    if (due.length === 0) continue;
    const limited = await withLimits(bench, kept, due, patience.times);
    const seed = bench.seed++;
    const segments = await timeRounds(bench.client, {
      statements: limited,
      all: bench.all,
      arms: [nothing, kept, more],
      seed,
    });
    if (judged(segments, 0, 2, seed).endpoints.some((e) => e.verdict === 'regressed')) continue;
    if (judged(segments, 1, 2, seed).verdict !== 'improved') continue;
    bench.say(`given back: ${part.what}`);
    kept = more;
  }
  return kept;
}

function without(plan: Arm, parts: readonly Part[]): Arm {
  return {
    settings: plan.settings.filter((s) => !parts.some((p) => 'setting' in p && p.setting === s)),
    indexes: plan.indexes.filter((name) => !parts.some((p) => 'index' in p && p.index === name)),
  };
}

/** In the order of the whole plan, so that equal arms are alike. */
function withPart(all: Arm, plan: Arm, part: Part): Arm {
  return {
    settings: all.settings.filter(
      (s) => plan.settings.includes(s) || ('setting' in part && part.setting === s),
    ),
    indexes: all.indexes.filter((i) => plan.indexes.includes(i) || ('index' in part && part.index === i)),
  };
}
