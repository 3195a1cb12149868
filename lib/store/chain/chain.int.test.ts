import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import { writeJournal } from '@/lib/optimize/journal';
import { saveChange } from '@/lib/optimize/stored-change';
import { rollBackTrial } from '@/lib/prove/trial/decide';
import { endTrial } from '@/lib/prove/trial/rows';
import { freezeReport } from '@/lib/report/freeze';
import { saveReport } from '@/lib/report/save';
import { addTarget, removeTarget } from '@/lib/targets/registry';
import { reportFacts } from '@/test/report-facts';
import { startTestStore } from '@/test/store';
import { chainHead } from './append';
import { beginChain } from './begin';
import { verifyChain } from './verify';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const actor: Actor = { userId: null, name: 'test', role: 'admin', via: 'cli' };
const plan = reportFacts().changes[0]?.plan ?? {};

let test: Awaited<ReturnType<typeof startTestStore>>;
let stackId: number;
let targetId: number;
const sql = (text: string) => test.store.pool.query(text);
const texts = async () => (await verifyChain(test.store)).problems.map((p) => p.text);

/** A trial with one measured segment, ended as Ratchet ends one. */
async function trial(): Promise<number> {
  const { id } = await test.store.db.trial.create({
    data: { stackId, kind: 'aa', title: 'A/A', state: 'running', design: { settings: {} } },
  });
  await test.store.db.segment.create({
    data: {
      trialId: id,
      round: 0,
      order: 0,
      arm: 'before',
      startedAt: new Date(),
      durationMs: 812.5,
      endpoints: { 'GET /': { errors: 0, latenciesMs: [1.25, 0.1, 3] } },
    },
  });
  await endTrial(test.store, id, { state: 'done' });
  return id;
}

async function change(key: string): Promise<number> {
  const data = { targetId, key, optimization: 'postgres/create-index', title: key, subject: 't' };
  const { id } = await test.store.db.change.create({ data: { ...data, plan: plan as object } });
  await saveChange(test.store, id, { state: 'applying' });
  const line = { changeId: id, direction: 'apply', step: 0, statement: 'CREATE INDEX' } as const;
  await writeJournal(test.store, { ...line, phase: 'before' });
  await writeJournal(test.store, { ...line, phase: 'after' });
  await saveChange(test.store, id, { state: 'applied', outcome: { applyMs: 12.5 } });
  return id;
}

async function report(): Promise<number> {
  const evidence = await chainHead(test.store.db);
  const document = freezeReport({ ...reportFacts(), ...(evidence ? { evidence } : {}) });
  return saveReport(test.store, { stackId, passId: null, document });
}

/** Undone after the test: each begins with an unbroken chain. */
async function withTrigger(work: () => Promise<unknown>): Promise<void> {
  await sql('alter table chain_entry disable trigger chain_entry_append_only');
  try {
    await work();
  } finally {
    await sql('alter table chain_entry enable trigger chain_entry_append_only');
  }
}

beforeAll(async () => {
  test = await startTestStore();
});
afterAll(() => test?.stop());
beforeEach(async () => {
  await withTrigger(() => sql('truncate chain_entry, stack cascade'));
  const connection = { kind: 'http' as const, baseUrl: 'http://127.0.0.1:9', headers: {} };
  targetId = await addTarget(test.store, actor, { stack: 's', name: 't', connection });
  stackId = (await test.store.db.stack.findFirstOrThrow()).id;
});

it('is unbroken over changes, trials, reports, a later decision, and a target that is removed by right', async () => {
  expect(await verifyChain(test.store)).toMatchObject({ entries: 0, head: null, problems: [] });
  const id = await change('a');
  const trialId = await trial();
  await test.store.db.trial.update({ where: { id: trialId }, data: { changeId: id } });
  await test.store.db.change.update({ where: { id }, data: { state: 'rolled-back' } });
  await saveChange(test.store, id, { state: 'rolled-back' });
  await rollBackTrial(test.store, actor, trialId);
  await report();
  // What a diagnosis does by itself is no deed.
  await test.store.db.change.update({ where: { id }, data: { state: 'obsolete', plan: {} } });
  expect(await verifyChain(test.store)).toMatchObject({ entries: 8, problems: [] });
  await removeTarget(test.store, actor, targetId);
  expect(await verifyChain(test.store)).toMatchObject({ entries: 9, problems: [] });
  expect(await test.store.db.journalEntry.count()).toBe(0);
});

it('stays whole when many write at once', async () => {
  await Promise.all([trial(), trial(), change('a'), change('b'), report(), trial()]);
  expect(await verifyChain(test.store)).toMatchObject({ entries: 12, problems: [] });
});

it('names what was edited, removed or inserted by SQL', async () => {
  const [first, second] = [await trial(), await trial()];
  const done = await change('a');
  const frozen = await report();
  await sql(`update trial set decision = 'kept' where id = ${first}`);
  expect(await texts()).toEqual([`Trial ${first} was edited after entry 1.`]);
  await sql(`update trial set decision = null where id = ${first}`);
  expect(await texts()).toEqual([]);

  await sql(`update segment set endpoints = jsonb_set(endpoints, '{GET /,latenciesMs,0}', '1.2500000001')
    where trial_id = ${first}`);
  await sql(`delete from trial where id = ${second}`);
  await sql(
    `insert into trial (id, stack_id, kind, title, state, design) values (900, ${stackId}, 'aa', 'x', 'done', '{}')`,
  );
  await sql(`insert into journal_entry (id, change_id, direction, step, phase, statement)
    values (900, ${done}, 'apply', 1, 'after', 'DROP TABLE t')`);
  await sql(`update change set state = 'failed' where id = ${done}`);
  await sql(`update report set document = jsonb_set(document, '{title}', '"x"') where id = ${frozen}`);
  expect(await texts()).toEqual([
    `Trial ${first} was edited after entry 1.`,
    `Trial ${second} was removed from the store.`,
    `Change ${done} was edited after entry 6.`,
    `Report ${frozen} was edited after entry 7.`,
    'Journal line 900 was inserted: no entry of the chain covers it.',
    'Trial 900 was inserted: no entry of the chain covers it.',
  ]);
});

it('cannot be edited, and tells when it was all the same', async () => {
  for (let i = 0; i < 4; i++) await trial();
  const kept = await chainHead(test.store.db);
  if (!kept) throw new Error('no head');
  await report();
  for (const edit of ["update chain_entry set kind = 'x'", 'delete from chain_entry', 'truncate chain_entry'])
    await expect(sql(edit)).rejects.toThrow('append-only');

  const { rows } = await sql('select * from chain_entry where seq = 3');
  await withTrigger(() => sql('delete from chain_entry where seq = 3'));
  expect((await texts())[0]).toBe('Entry 3 of the chain is missing.');
  await withTrigger(() => sql("update chain_entry set at = at + '1 s' where seq = 2"));
  expect((await texts())[0]).toBe('Entry 2 was edited: its hash is not that of what it says.');
  expect(rows).toHaveLength(1);

  // Written anew from the start: whole in itself, but not what the report has seen.
  await withTrigger(() => sql('truncate chain_entry'));
  expect(await beginChain(test.store)).toBe(5);
  const [problem] = await texts();
  expect(problem).toMatch(/^Report \d+ was frozen at entry 4 with another hash/);
  await sql('delete from report');
  const held = await verifyChain(test.store, kept);
  expect(held.problems.map((p) => p.text)).toContainEqual(
    expect.stringMatching(/^The file was frozen at entry 4/),
  );
});

it('takes in what the store held before there was a chain, once', async () => {
  await trial();
  await change('a');
  await withTrigger(() => sql('truncate chain_entry'));
  expect(await texts()).toHaveLength(4);
  expect(await beginChain(test.store)).toBe(4);
  expect(await beginChain(test.store)).toBe(0);
  expect(await texts()).toEqual([]);
});
