import { expect, it } from 'vitest';
import { makeRecord } from '@/lib/load/testing/record';
import { reportFacts as allFacts } from '@/test/report-facts';
import { loadTestOf } from '@/test/report-loads';
import { compareReports } from './compare-reports';
import { freezeReport } from './freeze';

const reportFacts = () => ({ ...allFacts(), loadTests: [] as ReturnType<typeof loadTestOf>[] });
const first = freezeReport(reportFacts());
const id = { before: 1, after: 2 };
const compared = (facts: ReturnType<typeof reportFacts>) =>
  compareReports({ id: id.before, document: first }, { id: id.after, document: freezeReport(facts) });

it('says nothing of two like reports but that they are alike', () => {
  const c = compared(reportFacts());
  expect(c.notComparable).toEqual([]);
  expect(c.score.before).toBe(c.score.after);
  expect(c.figures.length).toBeGreaterThan(4);
  expect(c.figures.every((f) => f.before === f.after)).toBe(true);
  expect(c.changes).toEqual([
    { title: 'Create index on orders (user_id)', target: 'shop-db', before: 'kept', after: 'kept' },
  ]);
  expect(c.findings).toEqual({ appeared: [], gone: [], stayed: 1 });
});

it('takes of each endpoint what its report ends with: after where the change was kept, before where not', () => {
  const facts = reportFacts();
  const trials = facts.trials.filter((t) => t.kind === 'change');
  for (const trial of trials) trial.decision = 'rolled-back';
  const c = compared({ ...facts, trials });
  const document = freezeReport({ ...facts, trials });
  const goal = trials[0]?.record?.goal?.endpoint;
  const row = document.rows.find((r) => r.endpoint === goal && r.metric === 'p95');
  const figure = c.figures.find((f) => f.name === goal && f.metric === 'p95');
  expect(figure?.after).toBe(row?.before);
  expect(row?.before).not.toBe(row?.after);
  expect(figure?.ratio).toBeCloseTo((figure?.after ?? 0) / (figure?.before ?? 1), 12);
  expect(c.changes[0]).toMatchObject({ before: 'kept', after: 'rolled-back' });
});

it('names new and gone findings, and why figures must not be held against each other', () => {
  const facts = reportFacts();
  const [finding] = facts.findings;
  if (!finding) throw new Error('no finding');
  const c = compared({
    ...facts,
    stack: 'other',
    environment: [{ label: 'Processors', value: '64' }],
    targets: facts.targets.map((t) => ({ ...t, version: 'PostgreSQL 19.0' })),
    findings: [{ ...finding, key: 'new', title: 'New' }],
    vitals: { ...(facts.vitals ?? { from: '', to: '', means: [] }), means: [] },
  });
  expect(c.notComparable).toEqual([
    expect.stringContaining('different stacks: shop and other'),
    'Processors: 2 then 64. They were measured from different machines.',
    'shop-db was PostgreSQL 18.0 and is PostgreSQL 19.0.',
    expect.stringContaining('The scores stand on different parts'),
  ]);
  expect(c.findings.appeared.map((f) => f.title)).toEqual(['New']);
  expect(c.findings.gone.map((f) => f.title)).toEqual(['Missing index on public.orders']);
  expect(c.figures.find((f) => f.metric === 'mean')).toMatchObject({ after: null, ratio: null });
});

it('holds load tests against each other, with a ratio only where nothing forbids it', () => {
  const run = (ms: number, hash = 'w') =>
    loadTestOf(
      7,
      makeRecord(
        Array.from({ length: 31 }, () => ({ latencies: { 'GET /a': new Array<number>(10).fill(ms) } })),
        { title: 'Rate', workloadHash: hash },
      ),
    );
  const document = (test: ReturnType<typeof run>) => freezeReport({ ...reportFacts(), loadTests: [test] });
  const held = (hash: string) =>
    compareReports({ id: 1, document: document(run(20)) }, { id: 2, document: document(run(40, hash)) });
  const p95 = (c: ReturnType<typeof held>) =>
    c.figures.find((f) => f.name === 'Rate, load test of shop-api' && f.metric === 'p95');
  expect(held('w').notComparable).toEqual([]);
  expect(p95(held('w'))?.ratio).toBeCloseTo(2, 2);
  expect(held('other').notComparable).toEqual([expect.stringContaining('another workload')]);
  expect(p95(held('other'))).toMatchObject({ ratio: null });
  expect(p95(held('other'))?.after).toBeCloseTo(40, 1);
});
