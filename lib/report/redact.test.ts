import { beforeAll, describe, expect, it } from 'vitest';
import type { Recommendation } from '@/lib/contracts/recommendation';
import { reportFormats } from '@/lib/contracts/report';
import { pdfText } from '@/test/pdf-text';
import { reportFacts } from '@/test/report-facts';
import { freezeReport, type ReportFacts } from './freeze';
import { leadView } from './lead/lead';
import { hostsOf, redactFacts } from './redact';
import { renderReport } from './render';
import { verifyReport } from './verify';

/** Secrets as they turn up in messages and statements, each with the word that must not be read anywhere. */
const planted: readonly [word: string, text: string][] = [
  ['hunter2url', 'postgres://shop:hunter2url@pg1.example.net:5432/shop'],
  ['hunter2redis', 'rediss://:hunter2redis@cache.example.net:6379'],
  ['hunter2keyword', 'host=x password=hunter2keyword dbname=shop'],
  ['hunter2role', "ALTER ROLE shop PASSWORD 'hunter2role'"],
  ['hunter2quoted', "ALTER ROLE shop WITH PASSWORD 'it''s hunter2quoted'"],
  ['hunter2set', 'CONFIG SET requirepass hunter2set'],
  ['ann@mail', 'Key (email)=(ann@mail) is duplicated.'],
  ['pg1.example.net', 'could not connect to pg1.example.net'],
  ['pg2.example.net', 'lag of pg2.example.net'],
  ['10.20.30.40', 'connect ECONNREFUSED 10.20.30.40:5432'],
  ['fd00::17', 'connect ECONNREFUSED [fd00::17]:5432'],
];
const words = planted.map(([word]) => word);
const all = planted.map(([, text]) => text).join(' | ');

/** Planted in every text that somebody or something outside writes. */
function tainted(): ReportFacts {
  const facts = reportFacts();
  const change = facts.changes[0]!;
  const sql = (statement: string) => [{ kind: 'sql' as const, statement, concurrent: false }];
  return {
    ...facts,
    title: `Pass ${all}`,
    environment: [{ label: 'Measured from', value: all }],
    targets: facts.targets.map((t) => ({ ...t, version: all })),
    findings: facts.findings.map((f) => ({
      ...f,
      title: `Slow: ${all}`,
      detail: all,
      evidence: [{ label: all, value: all, unit: '' }],
      facts: { rows: ['hunter2url'] },
    })),
    cannotCheck: [{ id: 'postgres/bloat', target: 'shop-db', reason: all, enable: all }],
    changes: [
      {
        ...change,
        plan: {
          ...change.plan,
          title: all,
          why: all,
          locks: all,
          steps: sql(all),
          inverse: sql(all),
          facts: { password: 'hunter2url' },
          snippets: [{ title: all, text: all }],
        },
        outcome: { ...change.outcome, error: all },
        journal: [
          {
            at: '2026-01-01T00:00:00.000Z',
            direction: 'apply',
            step: 0,
            phase: 'failed',
            statement: all,
            detail: all,
          },
        ],
      },
    ],
    trials: facts.trials.map((t, i) => ({
      ...t,
      title: all,
      decidedWhy: all,
      record: t.record && {
        ...t.record,
        title: all,
        segments: t.record.segments.map((s) => (i === 1 && s.round === 0 ? { ...s, void: all } : s)),
      },
    })),
    notMeasured: [{ what: all, why: all }],
  };
}

const hosts = ['pg1.example.net:5432,pg2.example.net:5432/shop', 'rediss://cache.example.net:6379'].flatMap(
  hostsOf,
);

describe('a report of what holds secrets', () => {
  const document = freezeReport(redactFacts(tainted(), hosts));
  let pdf = '';
  beforeAll(async () => {
    const { body } = await renderReport(document, 'pdf');
    pdf = pdfText(Buffer.from(body));
  });

  it('is seen to hold them where they are not taken out', async () => {
    const naked = freezeReport(tainted());
    const text = pdfText(Buffer.from((await renderReport(naked, 'pdf')).body));
    for (const word of words) {
      expect(JSON.stringify(naked)).toContain(word);
      expect(text.replaceAll(/\s/g, ''), `${word} can be read in the PDF`).toContain(word);
    }
  });

  it.each(reportFormats)('as %s shows none of them, and still what it is about', async (format) => {
    const text = format === 'pdf' ? pdf : String((await renderReport(document, format)).body);
    expect(text.replaceAll(/\s/g, '')).toContain('GET/e0');
    for (const word of words) expect(text.replaceAll(/\s/g, ''), word).not.toContain(word);
  });

  it('shows none of them in plain words either, and is verified as it is', () => {
    for (const word of words) expect(JSON.stringify(leadView(document))).not.toContain(word);
    expect(verifyReport(document)).toEqual({ ok: true, problems: [] });
  });
});

describe('redactFacts', () => {
  it('leaves statements with parameters and masked constants as they are', () => {
    const facts = reportFacts();
    const statement = 'select id from users where password = $1 and secret = ? and token = t.token';
    const finding = { ...facts.findings[0]!, detail: statement };
    expect(redactFacts({ ...facts, findings: [finding] }, []).findings[0]?.detail).toBe(statement);
  });
});

describe('configuration and recommendations in a report', () => {
  it('name no host, no path of a server and nobody who marked them, and keep what is proposed', () => {
    const entry = {
      ...{ name: 'shop', runs: null, source: 'postgres/connection-churn', why: all },
      proposed: 'host=pgserver port=5432 dbname=shop',
    };
    const recommendation: Recommendation = {
      key: 'tls:db:connection',
      rule: 'tls',
      horizon: 'now',
      target: 'db',
      title: all,
      detail: all,
      evidence: [{ from: 'measurement', id: 'connection', label: all, value: all, unit: '' }],
      threshold: { text: 'remote', source: 'Ratchet' },
      state: 'done',
      by: 'hunter2ann',
      at: '2026-01-01T00:00:00.000Z',
      note: 'hunter2note',
      check: 'there',
      checked: 'checked',
    };
    const { configuration, recommendations } = redactFacts(
      {
        ...reportFacts(),
        recommendations: [recommendation],
        configuration: [
          {
            ...{
              name: 'db.pgbouncer.ini',
              title: 'PgBouncer',
              target: 'db',
              comparedAt: null,
              nothing: null,
            },
            ...{ entries: [entry], inverse: null },
            text: `[databases]\nshop = ${entry.proposed}\n; ${all}\ndefault_pool_size = 6\n`,
            notes: ['The server was started with /home/hunter2home/redis.conf.'],
          },
        ],
      },
      hosts,
    );
    const text = JSON.stringify({ configuration, recommendations });
    for (const word of [...words, 'pgserver', 'hunter2ann', 'hunter2note', 'hunter2home'])
      expect(text, word).not.toContain(word);
    expect(configuration?.[0]?.text).toContain('shop = host=[host] port=5432 dbname=shop');
    expect(configuration?.[0]?.text).toContain('default_pool_size = 6');
    expect(recommendations?.[0]).toMatchObject({ state: 'done', by: null, note: null });
  });
});

describe('hostsOf', () => {
  it.each([
    ['db.example.org:5432/shop', ['db.example.org']],
    ['postgres://shop@db.example.org/shop', ['db.example.org']],
    ['a.example.org:1,b.example.org:2/shop', ['a.example.org', 'b.example.org']],
    ['localhost:5432/shop', []],
    ['http://api.example.org/health', ['api.example.org']],
  ])('%s', (address, found) => expect(hostsOf(address)).toEqual(found));
});
