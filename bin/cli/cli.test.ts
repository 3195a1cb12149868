import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freezeReport } from '@/lib/report/freeze';
import { reportFacts } from '@/test/report-facts';
import { runCli } from '@/test/run-cli';
import { endpointName, simulateRecord } from '@/test/simulate';

const TIMEOUT = 60_000;
let dir = '';
const file = (name: string) => path.join(dir, name);
const write = (name: string, value: unknown) => fs.writeFile(file(name), JSON.stringify(value));
const goal = { endpoint: endpointName(0), metric: 'p50' } as const;

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-cli-'));
  await write('better.json', simulateRecord({ seed: 5, rounds: 12, effect: 0.4, goal }));
  await write('worse.json', simulateRecord({ seed: 6, rounds: 12, effect: 2.5, goal }));
  await write('open.json', simulateRecord({ seed: 7, rounds: 5, effect: 0.4 }));
  await write('wrong.json', { schema: 1, segments: [{ round: 0, order: 0, arm: 'x' }] });
  const report = freezeReport(reportFacts());
  await write('report.json', report);
  const edited = structuredClone(report);
  edited.rows[0]!.ratio *= 0.99;
  await write('edited.json', edited);
});

afterAll(() => fs.rm(dir, { recursive: true, force: true }));

describe('ratchet judge', () => {
  it(
    'prints one entry a record, in order, and fails on a regression',
    async () => {
      const files = [file('better.json'), file('worse.json'), file('open.json')];
      const { code, stdout } = await runCli(['judge', ...files, '--json']);
      expect(code).toBe(1);
      const entries = JSON.parse(stdout) as { file: string; verdict: string }[];
      expect(entries.map((e) => e.file)).toEqual(files);
      expect(entries.map((e) => e.verdict)).toEqual(['improved', 'regressed', 'inconclusive']);
    },
    TIMEOUT,
  );

  it(
    'exits 0 on an improvement and 3 on what is open',
    async () => {
      const better = await runCli(['judge', file('better.json')]);
      expect(better.code).toBe(0);
      expect(better.stdout).toContain('After the change the median of GET /e0 is 0.');
      expect((await runCli(['judge', file('better.json'), file('open.json')])).code).toBe(3);
    },
    TIMEOUT,
  );

  it(
    'exits 2 on a record it cannot read, names file and field, and still prints only JSON',
    async () => {
      const { code, stdout, stderr } = await runCli([
        'judge',
        file('wrong.json'),
        file('better.json'),
        file('no.json'),
        '--json',
      ]);
      expect(code).toBe(2);
      const entries = JSON.parse(stdout) as { file: string; error?: { field?: string } }[];
      expect(entries).toHaveLength(3);
      expect(entries[0]?.error?.field).toBe('segments[0].arm');
      expect(stderr).toContain(`${file('wrong.json')}: segments[0].arm`);
      expect(stderr).toContain(`${file('no.json')}: there is no such file`);
    },
    TIMEOUT,
  );
});

describe('ratchet verify and report', () => {
  it(
    'passes an untouched report and fails an edited one, naming the place',
    async () => {
      expect((await runCli(['verify', file('report.json')])).code).toBe(0);
      const { code, stdout } = await runCli(['verify', file('edited.json'), '--json']);
      expect(code).toBe(1);
      const result = JSON.parse(stdout) as { ok: boolean; problems: { path: string }[] };
      expect(result.ok).toBe(false);
      expect(result.problems[0]?.path).toBe('rows[0].ratio');
      expect((await runCli(['verify', file('none.json')])).code).toBe(2);
    },
    TIMEOUT,
  );

  it(
    'shows a report file in another form',
    async () => {
      const { code, stdout } = await runCli(['report', file('report.json'), '--format', 'csv']);
      expect(code).toBe(0);
      expect(stdout.split('\r\n')[0]).toBe(
        'trial,title,endpoint,metric,unit,before,after,ratio,low,high,verdict,target,load_test,value',
      );
    },
    TIMEOUT,
  );

  it(
    'says what a new report may be of, before anything is opened',
    async () => {
      const { code, stderr } = await runCli([
        'report',
        'new',
        '--stack',
        'shop',
        '--trials',
        '1',
        '--change',
        '2',
      ]);
      expect(code).toBe(2);
      expect(stderr).toContain('Give one of: --trials and --load-tests; --change ID; --from DATE');
      const wrong = await runCli(['report', 'new', '--stack', 'shop', '--trials', '1,x']);
      expect([wrong.code, wrong.stderr.includes('numbers with commas')]).toEqual([2, true]);
    },
    TIMEOUT,
  );
});

describe('usage', () => {
  it(
    'exits 2 on what it does not know, 0 on help',
    async () => {
      expect((await runCli(['frobnicate'])).code).toBe(2);
      expect((await runCli(['pass'])).code).toBe(2);
      expect((await runCli(['pass', '--stack', 'x', '--rounds', '3'])).stderr).toContain('from 6 to 200');
      const help = await runCli(['--help']);
      expect(help.code).toBe(0);
      expect(help.stdout).toContain('judge');
    },
    TIMEOUT,
  );
});
