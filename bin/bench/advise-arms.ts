import pg from 'pg';
import { quantile } from '@/lib/stats/quantile';

/** A setting as it was and as it is proposed. */
export interface Setting {
  name: string;
  before: string;
  after: string;
}

/** What of the plan is in force while statements are timed. */
export interface Arm {
  settings: readonly Setting[];
  indexes: readonly string[];
}

/** A statement that takes longer than this is not repeated, ms. */
const slowMs = 5_000;
/** One that takes longer than this is ended, and counts with this, ms. */
const longestMs = 300_000;

/**
 * Median time of each statement in each arm, ms. All arms of a statement are timed in turns, so that a busy moment
 * of the machine meets them all. The indexes must be there: an arm without one drops it in a transaction that is
 * rolled back; settings are set for that transaction.
 */
export async function timeArms(
  client: pg.Client,
  statements: readonly string[],
  all: Arm,
  arms: readonly Arm[],
  rounds: number,
  limitMs = longestMs,
): Promise<number[][]> {
  const medians: number[][] = [];
  for (const sql of statements) {
    const times: number[][] = arms.map(() => []);
    for (let round = 0; round < rounds; round++)
      for (const [i, arm] of arms.entries()) {
        const own = times[i] ?? [];
        if (round === 0 || (own[0] ?? 0) <= slowMs)
          own.push(await timeIn(client, sql, { all, arm, limitMs }));
      }
    medians.push(
      times.map((own) =>
        quantile(
          own.toSorted((a, b) => a - b),
          0.5,
        ),
      ),
    );
  }
  return medians;
}

async function timeIn(
  client: pg.Client,
  sql: string,
  { all, arm, limitMs }: { all: Arm; arm: Arm; limitMs: number },
): Promise<number> {
  const missing = all.indexes.filter((name) => !arm.indexes.includes(name));
  await client.query('begin');
  try {
    for (const name of missing) await client.query(`drop index ${pg.escapeIdentifier(name)}`);
    for (const s of all.settings) {
      const value = arm.settings.some((a) => a.name === s.name) ? s.after : s.before;
      await client.query(`set local ${s.name} = ${pg.escapeLiteral(value)}`);
    }
    // The catalogue is read again after a drop: not part of what the statement takes.
    await client.query(`explain ${sql}`);
    await client.query(`set local statement_timeout = ${limitMs}`);
    const since = performance.now();
    await untilTimeout(client, sql);
    return performance.now() - since;
  } finally {
    // On a busy machine the short timeout may meet this too.
    while (!(await untilTimeout(client, 'rollback')));
  }
}

/** Runs a statement; false when the statement timeout has ended it. */
async function untilTimeout(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '57014') return false;
    throw error;
  }
}

/** Slower than before beyond this is harm. */
const mostSlower = 1.1;
/** Faster than before by this at the first look needs no second one. */
const surelyFaster = 0.7;
/** As it was before, a statement is waited for so many times as long as it takes with the plan, ms at least. */
const patience = { times: 3, leastMs: 200 };

export interface Harm {
  /** Place of the statement that is harmed most. */
  statement: number;
  /** Its time as a multiple of what it was. */
  factor: number;
  what: string;
  /** The plan without what harms it. */
  without: Arm;
}

/**
 * The statement that a plan harms most, and the one part of it without which it is harmed no more, or least; null when none
 * is harmed. What one look says may be a busy moment: a suspect is timed again, in turns.
 */
export async function harmful(
  client: pg.Client,
  statements: readonly string[],
  plan: Arm,
  rounds: number,
): Promise<Harm | null> {
  const none: Arm = { settings: [], indexes: [] };
  const factorsOf = async (sql: string, arms: readonly Arm[], n: number, limitMs?: number) => {
    const [own = []] = await timeArms(client, [sql], plan, [none, ...arms], n, limitMs);
    return own.slice(1).map((ms) => ms / (own[0] ?? ms));
  };
  let worst: { statement: number; factor: number } | null = null;
  for (const [statement, sql] of statements.entries()) {
    const now = await timeIn(client, sql, { all: plan, arm: plan, limitMs: longestMs });
    const limitMs = Math.ceil(Math.max(patience.leastMs, now * patience.times));
    const [first = 0] = await factorsOf(sql, [plan], 1, limitMs);
    if (first <= surelyFaster) continue;
    const [factor = 0] = await factorsOf(sql, [plan], rounds * 2, limitMs);
    if (factor > mostSlower && factor > (worst?.factor ?? 0)) worst = { statement, factor };
  }
  if (worst === null) return null;
  const sql = statements[worst.statement] ?? '';
  const parts = partsOf(plan, await usedBy(client, sql));
  const factors = await factorsOf(
    sql,
    parts.map((p) => p.without),
    rounds,
  );
  const cured = parts.filter((_, i) => (factors[i] ?? 0) <= mostSlower);
  const part =
    cured.length > 1
      ? await cheapest(client, statements, plan, cured)
      : parts[factors.indexOf(Math.min(...factors))];
  return part ? { ...worst, ...part } : null;
}

/** Of several parts that cure, the one whose loss costs the statements together least (geometric mean). */
async function cheapest<Part extends { without: Arm }>(
  client: pg.Client,
  statements: readonly string[],
  plan: Arm,
  parts: readonly Part[],
): Promise<Part | undefined> {
  const times = await timeArms(
    client,
    statements,
    plan,
    parts.map((p) => p.without),
    2,
    slowMs,
  );
  const sums = parts.map((_, i) => times.reduce((sum, own) => sum + Math.log(own[i] ?? 1), 0));
  return parts[sums.indexOf(Math.min(...sums))];
}

/** The parts of a plan that a statement may be harmed by: each setting, and each index that its plan uses. */
function partsOf(plan: Arm, used: string): { what: string; without: Arm }[] {
  const settings = plan.settings.map((s) => ({
    what: `${s.name} = ${s.after}`,
    without: { ...plan, settings: plan.settings.filter((x) => x !== s) },
  }));
  const indexes = plan.indexes
    .filter((name) => used.includes(name))
    .map((name) => ({
      what: `index ${name}`,
      without: { ...plan, indexes: plan.indexes.filter((x) => x !== name) },
    }));
  return [...settings, ...indexes];
}

async function usedBy(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`);
  return rows.map((r) => r['QUERY PLAN']).join('\n');
}
