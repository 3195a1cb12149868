import { describe, expect, it } from 'vitest';
import { ReportDocument, type ReportFormat, reportFormats } from '@/lib/contracts/report';
import { seededRandom } from '@/lib/stats/random';
import { canonicalJson } from '@/lib/store/canonical-json';
import { reportFacts } from '@/test/report-facts';
import { differences } from './compare';
import { freezeReport } from './freeze';
import { renderReport } from './render';
import { scrub, scrubAll } from './scrub';
import { verifyReport, verifyReportText } from './verify';

const document = freezeReport(reportFacts());
const text = JSON.stringify(document, null, 1);

/** Positions of every digit in the text. */
const digitsAt = [...text.matchAll(/\d/g)].map((m) => m.index);

/** Those within one key of the document. */
function digitsOf(key: 'loadTests' | 'watched'): number[] {
  const begin = text.indexOf(`\n "${key}": `);
  const end = text.slice(begin + 1).search(/\n "/) + begin + 1;
  return digitsAt.filter((at) => at > begin && at < end);
}

function edited(at: number, by: number): string {
  const digit = (Number(text[at]) + by) % 10;
  return `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
}

/** Where verify may point for an edit at `path`: there, or at the digest of what cannot be computed from anything else. */
function placesOf(path: string): string[] {
  const [, index, part] = /^trials\[(\d+)\]\.(verdict|record\.segments)?/.exec(path) ?? [];
  if (part === 'record.segments') {
    const id = String(document.trials[Number(index)]?.id);
    return [`digests.records["${id}"]`, path];
  }
  const load = /^loadTests\[(\d+)\]\.(evidence|figures|against)/.exec(path);
  if (load?.[2] === 'evidence')
    return [`digests.loads["${document.loadTests?.[Number(load[1])]?.id}"]`, path];
  if (load) return [path];
  if (part === 'verdict' || /^(rows|score|summary|method|limits|digests)\b/.test(path)) return [path];
  return [path, 'digests.document'];
}

describe('verifyReport', () => {
  it('passes an untouched report, also with its keys in another order', () => {
    expect(ReportDocument.parse(document)).toEqual(document);
    expect(verifyReport(document)).toEqual({ ok: true, problems: [] });
    expect(verifyReportText(text)).toEqual({ ok: true, problems: [] });
    expect(verifyReport(JSON.parse(canonicalJson(document)))).toEqual({ ok: true, problems: [] });
  });

  it.each([
    ['500', 'anywhere in the file', digitsAt],
    ['60', 'in its load tests', digitsOf('loadTests')],
    ['20', 'in what was watched', digitsOf('watched')],
  ])(
    'detects each of %s random edits of one digit, %s, and names the place',
    (times, _, digits) => {
      const random = seededRandom(2026);
      for (let i = 0; i < Number(times); i++) {
        const at = digits[random.below(digits.length)]!;
        const changed = edited(at, 1 + random.below(9));
        const where = `edit at ${at}: ${text.slice(at - 30, at + 10)}`;
        let read: unknown;
        try {
          read = JSON.parse(changed);
        } catch {
          expect(() => verifyReportText(changed), where).toThrow(/not JSON/); // A number such as 012.
          continue;
        }
        const { ok, problems } = verifyReportText(changed);
        expect(ok, where).toBe(false);
        const edits = differences('', read, document).map((d) => d.path);
        const paths = problems.map((p) => p.path);
        // Without an edit that a reader sees, only the text itself is different: 1.0 for 1.
        // A digit of a key takes one away and may stand in for another: either may be named.
        const expected = edits.length > 0 ? edits.flatMap(placesOf) : ['(text of the file)'];
        expect(
          paths.some((path) => expected.some((place) => path === place || path.startsWith(`${place}.`))),
          `${where}; ${edits[0]} is not among ${paths.join(', ')}`,
        ).toBe(true);
      }
    },
    240_000,
  );

  it('names the figure that differs, what it is and what it should be', () => {
    const copy = structuredClone(document);
    const before = copy.rows[0]!.after;
    copy.rows[0]!.after = before / 2;
    const { problems } = verifyReport(copy);
    expect(problems[0]).toEqual({ path: 'rows[0].after', found: before / 2, expected: before });
    expect(problems.some((p) => p.path === 'digests.document')).toBe(true);
  });

  it('computes verdicts from the rounds: digests made anew do not hide an edited one', () => {
    const facts = reportFacts();
    const record = facts.trials[1]!.record!;
    for (const s of record.segments) {
      const e = s.endpoints['GET /e0'];
      if (s.arm === 'after' && e?.latenciesMs) e.latenciesMs = e.latenciesMs.map((ms) => ms * 9);
    }
    const forged = { ...freezeReport(facts) };
    forged.trials = forged.trials.map((t, i) => ({ ...t, verdict: document.trials[i]!.verdict }));
    const paths = verifyReport(forged).problems.map((p) => p.path);
    expect(paths).toContain('trials[1].verdict.verdict');
    expect(paths).toContain('trials[1].verdict.ratio');
  });

  it('passes reports from before there were load tests and watched figures, and none of those becomes one without notice', () => {
    const { loadTests: _, watched: __, ...facts } = reportFacts();
    const older = freezeReport(facts);
    expect(verifyReport(older)).toEqual({ ok: true, problems: [] });
    expect(Object.keys(older.digests)).toEqual(['records', 'document']);
    const { loadTests: ___, ...cut } = document;
    expect(verifyReport(cut).problems.map((p) => p.path)).toContain('digests.loads');
  });

  it('refuses what is not a report, and a verdict without its record', () => {
    const wrong = verifyReport({ schema: 1 });
    expect(wrong.ok).toBe(false);
    expect(wrong.problems.map((p) => p.path)).toContain('trials');
    expect(() => verifyReportText('{')).toThrow(/not JSON/);
    const copy = structuredClone(document);
    copy.trials[1]!.record = null;
    expect(verifyReport(copy).problems.map((p) => p.path)).toContain('trials[1].verdict');
    const unlinked = structuredClone(document);
    unlinked.changes[0]!.trial = 3;
    expect(verifyReport(unlinked).problems.map((p) => p.path)).toContain('changes[0].trial.changeKey');
  });
});

describe('freezeReport', () => {
  it('writes rows and sentences from the records', () => {
    expect(document.rows[0]).toMatchObject({ trial: 3, metric: 'p50', unit: 'ms', target: null });
    expect(document.trials[1]!.verdict?.verdict).toBe('improved');
    const row = document.rows.find((r) => r.trial === 2 && r.metric === 'p50')!;
    expect(row.after / row.before).toBeCloseTo(row.ratio, 6);
    expect(document.summary[0]).toBe('1 problem found (1 critical). 1 check could not be made.');
    expect(document.summary[1]).toBe('1 change measured: 1 improved, 1 kept, 0 rolled back.');
    expect(document.summary.some((s) => s.startsWith('All kept changes together: '))).toBe(true);
  });

  it('gives an unfinished trial no verdict', () => {
    const facts = reportFacts();
    facts.trials[1]!.state = 'cancelled';
    const frozen = freezeReport(facts);
    expect(frozen.trials[1]!.verdict).toBeNull();
    expect(frozen.rows.some((r) => r.trial === 2)).toBe(false);
    expect(verifyReport(frozen).ok).toBe(true);
  });
});

describe('renderings', () => {
  const text = async (format: ReportFormat) => String((await renderReport(document, format)).body);

  it('hold every row and no live markup', async () => {
    for (const format of reportFormats) {
      const { body, extension } = await renderReport(document, format);
      expect(extension).toBe(format);
      if (format !== 'pdf') expect(body).toContain('GET /e0');
    }
    const html = await text('html');
    expect(html).toContain('&lt;b&gt;always&lt;/b&gt;');
    expect(html).not.toMatch(/<script|https?:\/\/|<b>/);
    const markdown = await text('md');
    expect(markdown).toContain('whole table \\| &lt;b&gt;always&lt;/b&gt;');
    // Two load tests of two endpoints and their total, five figures each.
    expect((await text('csv')).split('\r\n')).toHaveLength(document.rows.length + 2 + 2 * 3 * 5);
    for (const format of ['html', 'md'] as const) {
      expect(await text(format)).toContain('from 10 to 60 requests/s over 4 s');
      expect(await text(format)).toContain('97 of 100 connections of max');
      expect(await text(format)).toContain('Response time p95 above 200 ms for 60 s');
    }
    expect(JSON.parse(await text('json'))).toEqual(document);
  });

  it('quotes CSV cells and defuses formulas', async () => {
    const copy = structuredClone(document);
    copy.rows[0]!.endpoint = '=1+1,"x"';
    expect((await renderReport(copy, 'csv')).body).toContain(`"'=1+1,""x"""`);
  });
});

describe('scrub', () => {
  it('takes out credentials, addresses and hosts, and leaves versions', () => {
    expect(scrub('postgres://u:secret@db.example.org:5432/shop failed')).toBe('postgres://… failed');
    expect(scrub('connect ECONNREFUSED 10.0.0.12:5432')).toBe('connect ECONNREFUSED [address]');
    expect(scrub('connect ECONNREFUSED [::1]:5432')).toBe('connect ECONNREFUSED [address]');
    expect(scrub('PostgreSQL 15.14 on db.example.org', ['db.example.org'])).toBe(
      'PostgreSQL 15.14 on [host]',
    );
    expect(scrubAll({ a: ['redis://x:y@z'], n: 1, no: null }, [])).toEqual({
      a: ['redis://…'],
      n: 1,
      no: null,
    });
  });
});
