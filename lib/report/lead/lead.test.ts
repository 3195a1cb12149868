import { describe, expect, it } from 'vitest';
import type { LeadView } from '@/lib/contracts/lead';
import type { Recommendation } from '@/lib/contracts/recommendation';
import type { ReportDocument } from '@/lib/contracts/report';
import type { Metric } from '@/lib/contracts/trial-record';
import { plain } from '@/lib/prove/verdict/format';
import { freezeReport } from '@/lib/report/freeze';
import { renderReport } from '@/lib/report/render';
import { seededRandom } from '@/lib/stats/random';
import { reportFacts } from '@/test/report-facts';
import { endpointName, simulateRecord } from '@/test/simulate';
import { gainText } from './gain';
import { leadView } from './lead';
import { inWords } from './names';

const textsOf = (view: LeadView) => [
  view.headline,
  view.caution ?? '',
  ...view.bars.map((b) => b.gain),
  ...view.parts.flatMap((p) => p.lines.map((l) => l.text)),
];

/** What the wording itself holds, whatever was measured. */
const phrases = ['a 95 % interval', 'about once in 20 times', '95 of 100 calls', 'once in 10,000 times'];
const numbersIn = (text: string) => text.match(/\d+(?:,\d{3})+|\d+(?:\.\d+)?/g) ?? [];

/** Every way a figure of the document is written in the view: as it is, turned round, as a share, in another unit. */
function writtenOf(document: ReportDocument): Set<string> {
  const values: number[] = [];
  const texts: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'number') values.push(value);
    else if (typeof value === 'string') texts.push(value);
    else if (Array.isArray(value)) {
      values.push(value.length);
      value.forEach(walk);
    } else if (value !== null && typeof value === 'object') Object.values(value).forEach(walk);
  };
  // Rounds and histograms are the evidence of the figures and none themselves.
  walk({ ...document, digests: null, trials: document.trials.map((t) => ({ ...t, record: null })) });
  const written = new Set(texts.flatMap(numbersIn));
  for (const x of values) {
    for (const y of [x, 1 / x, (x - 1) * 100, x * 100, x / 1000, x / 1e6, x / 1e9, Math.round(1 / x)]) {
      if (!Number.isFinite(y)) continue;
      for (let digits = 1; digits <= 7; digits++) written.add(plain(Math.abs(y), digits));
      written.add(Math.abs(y).toFixed(1));
    }
  }
  for (let n = 0; n <= document.trials.length; n++) written.add(String(n));
  return written;
}

const strays = (document: ReportDocument, view = leadView(document)) => {
  const written = writtenOf(document);
  return textsOf(view).flatMap((text) => {
    const rest = phrases.reduce((t, phrase) => t.replaceAll(phrase, ''), text);
    return numbersIn(rest).filter((n) => !written.has(n) && !written.has(n.replaceAll(',', '')));
  });
};

/** A report over simulated records whose design, goal, effect and decisions are drawn by lot. */
function drawn(seed: number): ReportDocument {
  const random = seededRandom(seed, 5);
  const facts = reportFacts();
  const metric: Metric = (['p50', 'p95', 'throughput', 'errors'] as const)[random.below(4)] ?? 'p50';
  const [aa] = facts.trials;
  const trials = Array.from({ length: 1 + random.below(4) }, (_, i) => {
    const record = simulateRecord({
      seed: seed * 10 + i,
      rounds: 4 + random.below(6),
      requestsPerSegment: 6,
      endpoints: 1 + random.below(3),
      effect: 0.05 + random.next() * 1.6,
      errorRate: random.next() < 0.3 ? 0.2 : 0,
      ...(random.next() < 0.8 ? { goal: { endpoint: endpointName(0), metric } } : {}),
    });
    const decision = random.next() < 0.6 ? ('kept' as const) : ('rolled-back' as const);
    const base = { id: i + 2, kind: 'change' as const, title: `Change ${i + 2}`, state: 'done', record };
    return { ...base, changeKey: null, verdict: null, noise: null, decision, decidedWhy: null };
  });
  const overall = random.next() < 0.5 ? facts.trials.slice(2).map((t) => ({ ...t, id: 90 })) : [];
  const changes = facts.changes.map((c) => ({
    ...c,
    trial: null,
    state: random.next() < 0.5 ? 'applied' : 'proposed',
  }));
  return freezeReport({ ...facts, changes, trials: [...(aa ? [aa] : []), ...trials, ...overall] });
}

describe('the reading view', () => {
  it('holds no number that the document does not, whatever was measured', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const document = drawn(seed);
      const view = leadView(document);
      expect(strays(document, view), `seed ${seed}: ${textsOf(view).join('\n')}`).toEqual([]);
      for (const text of textsOf(view)) expect(text).not.toMatch(/NaN|Infinity|undefined|null|\de[+-]?\d/);
      for (const bar of view.bars) {
        const row = document.trials
          .find((t) => t.id === bar.trial)
          ?.verdict?.endpoints.flatMap((e) => [e.p50, e.p95, e.throughput]);
        expect(row?.some((e) => e.before === bar.before && e.after === bar.after)).toBe(true);
      }
    }
  });

  it('would be caught adding one: a figure made up is a stray', () => {
    const document = freezeReport(reportFacts());
    const view = leadView(document);
    expect(strays(document, { ...view, headline: `${view.headline} 73.19 times as fast.` })).toEqual([
      '73.19',
    ]);
  });

  it('says what got faster, how sure that is, what it cost and what is next', () => {
    const document = freezeReport(reportFacts());
    const view = leadView(document);
    expect(view.headline).toMatch(
      /^1 of 1 change tried was kept\. With all that was kept, between [\d.]+ and [\d.]+ times as fast\.$/,
    );
    expect(view.bars).toHaveLength(1);
    expect(view.parts.map((p) => p.title)).toEqual([
      'What got faster',
      'What got slower',
      'What was done',
      'How it does under load',
      'How sure this is',
      'What it cost',
      'What is next',
    ]);
    const line = (title: string) => view.parts.find((p) => p.title === title)?.lines[0];
    const { p50 } = document.trials[2]!.verdict!.endpoints[0]!;
    expect(line('What got faster')).toEqual({
      text: `Reading /e0 took ${plain(p50.before)} ms and takes ${plain(p50.after)} ms now (half of the calls take less): ${gainText('p50', p50)}.`,
      trial: 3,
    });
    expect(line('What it cost')?.text).toBe(
      'Create index on orders (user_id): 11.2 MB of disk, 0.812 s to put in place, no restart, low risk, can be taken back.',
    );
    expect(line('How it does under load')?.text).toBe(
      'Ramp of orders (from 10 to 60 requests/s over 4 s): 95 of 100 answers came within 274 ms, 0.833 of 100 requests failed. Grade F: 82.9 of 100 requests kept the goal of 200 ms. First at its bound: the connections of the database, after 3 s.',
    );
    const nothing = { trials: [], changes: [] };
    expect(leadView(freezeReport({ ...reportFacts(), ...nothing })).headline).toBe(
      'Nothing was changed; the service was measured in 2 load tests. 1 problem found.',
    );
    const none = leadView(freezeReport({ ...reportFacts(), ...nothing, loadTests: [] }));
    expect(none.headline).toBe('Nothing was changed or measured. 1 problem found.');
    expect(none.parts.at(-1)?.lines[0]?.text).toBe(
      'Critical: Missing index on public.orders. A remedy can be tried.',
    );
  });

  it('names what is recommended among what is next, soonest first, and not what is done', () => {
    const of = (title: string, over: Partial<Recommendation>): Recommendation => ({
      ...{ key: title, rule: 'tls', horizon: 'now', target: 'db', title, detail: 'd', evidence: [] },
      ...{ threshold: { text: 't', source: 's' }, state: 'open', by: null, at: null, note: null },
      ...{ check: 'there', checked: 'c' },
      ...over,
    });
    const recommendations = [
      of('Read from a replica', { horizon: 'months' }),
      of('Connect with TLS', {}),
      of('Done and gone', { state: 'done', check: 'gone' }),
      of('Pool connections', { horizon: 'weeks', state: 'planned' }),
      of('Not done after all', { state: 'done' }),
    ];
    const view = leadView(freezeReport({ ...reportFacts(), recommendations }));
    expect(
      view.parts
        .at(-1)
        ?.lines.map((l) => l.text)
        .slice(0, 4),
    ).toEqual([
      'Now: Connect with TLS.',
      'Now: Not done after all. It was said to be done, and what asked for it is still measured.',
      'In the next two weeks: Pool connections. It is planned.',
      'In the next three months: Read from a replica.',
    ]);
  });

  it('says so where measuring nothing found a difference', () => {
    const facts = reportFacts();
    const noisy = facts.trials.map((t) => (t.noise ? { ...t, noise: { ...t.noise, rejected: true } } : t));
    expect(leadView(freezeReport({ ...facts, trials: noisy })).caution).toMatch(/quieter machine/);
  });

  it('stands first in what is read, before the tables', async () => {
    const document = freezeReport(reportFacts());
    const { headline } = leadView(document);
    for (const format of ['html', 'md'] as const) {
      const body = String((await renderReport(document, format)).body).replaceAll('\\', '');
      expect(body.indexOf(headline)).toBeGreaterThan(0);
      expect(body.indexOf(headline)).toBeLessThan(body.indexOf('Summary'));
    }
  });
});

describe('gainText', () => {
  it.each([
    ['p50', 1 / 2.6, 1 / 2.1, 'between 2.1 and 2.6 times as fast'],
    ['p50', 0.00525, 0.00729, 'between 137 and 190 times as fast'],
    ['p95', 0.92, 0.97, 'between 3 % and 8 % less time'],
    ['p95', 1.3, 1.6, 'between 1.3 and 1.6 times as long'],
    ['p50', 1.02, 1.1, 'between 2 % and 10 % more time'],
    ['p50', 0.99, 1.04, 'between 1 % less time and 4 % more time'],
    ['throughput', 1.5, 2, 'between 1.5 and 2 times as many calls'],
    ['throughput', 1.05, 1.1, 'between 5 % and 10 % more calls'],
    ['throughput', 0.4, 0.5, 'between 50 % and 60 % fewer calls'],
    ['errors', -0.02, -0.01, 'between 1 and 2 percentage points fewer failures'],
    ['errors', -0.01, 0.02, 'between 1 percentage points fewer and 2 more failures'],
    ['p50', 0.2001, 0.2002, 'between 4.995 and 4.998 times as fast'],
    ['p50', 1.5, 1e12, 'at least 1.5 times as long'],
  ] as const)('%s from %d to %d: %s', (metric, low, high, text) => {
    expect(gainText(metric, { low, high })).toBe(text);
  });
});

describe('inWords', () => {
  it.each([
    ['GET /products/:id', 'Reading /products/:id'],
    ['POST /chat', 'Sending to /chat'],
    ['tasks by user_id #9ca0', 'Looking up tasks by user_id'],
    ['users + tasks + 1 more by email, status #aa70', 'Looking up users, tasks and 1 more by email, status'],
    ['models ordered by id #9846', 'Listing models ordered by id'],
    ['update accounts by aid #91c2', 'Updating accounts by aid'],
    ['HGETALL', 'HGETALL'],
  ])('%s: %s', (name, words) => expect(inWords(name, [name])).toBe(words));

  it('keeps the tag where two would read the same', () => {
    expect(inWords('a by b #1111', ['a by b #1111', 'a by b #2222'])).toBe('Looking up a by b (#1111)');
  });
});
