import pg from 'pg';

/** A setting as it was and as it is proposed. */
export interface Setting {
  name: string;
  before: string;
  after: string;
}

/** What of a plan is in force while statements are timed. */
export interface Arm {
  settings: readonly Setting[];
  indexes: readonly string[];
}

/** The server as it was found. */
export const nothing: Arm = { settings: [], indexes: [] };

/**
 * Works in a transaction in which only an arm of all that is there is in force, and that is rolled back: indexes that
 * the arm is without are dropped in it, and settings are set for it.
 */
export async function inArm<T>(client: pg.Client, all: Arm, arm: Arm, work: () => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    for (const name of all.indexes)
      if (!arm.indexes.includes(name)) await client.query(`drop index ${pg.escapeIdentifier(name)}`);
    for (const s of all.settings) {
      const value = arm.settings.some((a) => a.name === s.name) ? s.after : s.before;
      await client.query(`set local ${s.name} = ${pg.escapeLiteral(value)}`);
    }
    return await work();
  } finally {
    await client.query('rollback');
  }
}

/**
 * How long a statement takes, ms, within `inArm`. One that takes longer than the limit is ended and counts with
 * the limit.
 */
export async function timed(client: pg.Client, sql: string, limitMs: number): Promise<number> {
  await client.query(`savepoint statement; set local statement_timeout = ${Math.ceil(limitMs)}`);
  const since = performance.now();
  try {
    await client.query(sql);
    return performance.now() - since;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '57014') return limitMs;
    throw error;
  } finally {
    await endStatement(client);
  }
}

/** The limit may still meet this: it holds until the savepoint is gone back to. */
async function endStatement(client: pg.Client): Promise<void> {
  for (;;)
    try {
      await client.query('rollback to statement');
      await client.query('release statement');
      return;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || error.code !== '57014') throw error;
    }
}

/** The plan of a statement, without costs; within `inArm`. */
export async function planOf(client: pg.Client, sql: string): Promise<string> {
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${sql}`);
  return rows.map((r) => r['QUERY PLAN']).join('\n');
}

const sameSettings = (a: Arm, b: Arm) =>
  a.settings.length === b.settings.length && a.settings.every((s) => b.settings.includes(s));

/**
 * The statements that two arms may carry out differently: all where their settings differ, else those with another plan.
 */
export async function differing<S extends { sql: string }>(
  client: pg.Client,
  all: Arm,
  statements: readonly S[],
  [a, b]: readonly [Arm, Arm],
): Promise<S[]> {
  if (!sameSettings(a, b)) return [...statements];
  const plans = async (arm: Arm) =>
    inArm(client, all, arm, async () => {
      const found: string[] = [];
      for (const { sql } of statements) found.push(await planOf(client, sql));
      return found;
    });
  const [one, other] = [await plans(a), await plans(b)];
  return statements.filter((_, i) => one[i] !== other[i]);
}
