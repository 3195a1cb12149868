import fs from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LoadRecord } from '@/lib/contracts/load-record';
import { summaryOf } from '@/lib/load/summary';
import { selfSigned } from '@/test/certificate';
import { runCli } from '@/test/run-cli';

let server: http.Server;
let url = '';
let dir = '';
const seen = new Map<string, number>();

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-load-'));
  server = http.createServer((req, res) => {
    const key = `${req.method} ${req.url} ${req.headers.authorization ?? ''}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    setTimeout(() => {
      res.statusCode = req.url === '/broken' ? 500 : 200;
      res.end('fine');
    }, 5);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await fs.rm(dir, { recursive: true, force: true });
});

const load = (args: string[], o: Parameters<typeof runCli>[1] = {}) => runCli(['load', ...args], o);

it('runs a mix at a rate, writes the record, prints the summary, and exits by the thresholds', async () => {
  const mix = path.join(dir, 'mix.json');
  const out = path.join(dir, 'out.json');
  const requests = [
    { name: 'GET /u', path: '/u/{id}', weight: 3 },
    { name: 'broken', path: '/broken' },
  ];
  await fs.writeFile(mix, JSON.stringify({ requests, parameters: { id: { values: ['7'] } } }));
  const args = ['--url', url, '--profile', 'rate', '--rate', '80', '--duration', '1', '--mix', mix, '--json'];
  const header = ['--header', 'Authorization: Bearer sesame'];
  const kept = ['--threshold', 'p95<10s', '--threshold', 'GET /u: errors<1%'];
  const { code, stdout, stderr } = await load([...args, ...header, ...kept, '--out', out]);
  expect(code, stderr).toBe(0);
  const printed = JSON.parse(stdout);
  expect(printed).toMatchObject({ outcome: 'completed', offered: 80, total: { count: 80, errors: 20 } });
  expect(printed.endpoints['GET /u'].count).toBe(60);
  expect(seen.get('GET /u/7 Bearer sesame')).toBe(60);
  const text = await fs.readFile(out, 'utf8');
  expect(text).not.toContain('sesame');
  const record = LoadRecord.parse(JSON.parse(text));
  expect(JSON.parse(JSON.stringify(summaryOf(record)))).toMatchObject({ total: printed.total });
  const failed = await load([...args, '--threshold', 'errors<1%']);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout).thresholds[0]).toMatchObject({ passed: false, value: 0.25 });
});

it('stops at Ctrl-C and writes what was measured', async () => {
  const out = path.join(dir, 'stopped.json');
  let asked = false;
  const { code, stdout, stderr } = await load(
    ['--url', `${url}/x`, '--profile', 'endurance', '--vus', '3', '--out', out],
    {
      onStderr: (text, child) => {
        if (asked || !text.includes('5 s ·')) return;
        asked = true;
        child.kill('SIGINT');
      },
    },
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('stopped before its end');
  expect(stdout).toMatch(/GET \/x +\d+/);
  const record = LoadRecord.parse(JSON.parse(await fs.readFile(out, 'utf8')));
  expect(record.outcome).toBe('stopped');
  expect(record.seconds.length).toBeGreaterThanOrEqual(5);
});

it('takes the operations of an OpenAPI document in YAML', async () => {
  const document = path.join(dir, 'api.yaml');
  await fs.writeFile(document, 'openapi: 3.0.3\npaths:\n  /from-yaml: { get: {} }\n');
  const args = ['--url', url, '--profile', 'rate', '--rate', '20', '--duration', '1', '--json'];
  const { code, stdout, stderr } = await load([...args, '--openapi', document]);
  expect(code, stderr).toBe(0);
  expect(Object.keys(JSON.parse(stdout).endpoints)).toEqual(['GET /from-yaml']);
  await fs.writeFile(document, 'openapi: 3.0.3\npaths: {\n');
  expect(await load([...args, '--openapi', document])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/api\.yaml, line \d: this is not valid YAML/),
  });
});

it('refuses a self-signed certificate, unless it is given or left unchecked, which the record states', async () => {
  const { key, cert } = await selfSigned(dir);
  const options = { key: await fs.readFile(key), cert: await fs.readFile(cert) };
  const secure = https.createServer(options, (_, res) => res.end('fine'));
  secure.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  try {
    const to = ['--url', `https://localhost:${(secure.address() as AddressInfo).port}`];
    const run = (more: string[], out: string) =>
      load([
        ...to,
        '--profile',
        'rate',
        '--rate',
        '20',
        '--duration',
        '1',
        '--out',
        path.join(dir, out),
        ...more,
      ]);
    const [refused, given, unchecked, both] = await Promise.all([
      run([], 'refused.json'),
      run(['--ca', cert], 'given.json'),
      run(['--insecure'], 'unchecked.json'),
      run(['--insecure', '--ca', cert], 'both.json'),
    ]);
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/Errors: tls 20\. First: .*--ca FILE/),
    });
    expect(given.code, given.stderr).toBe(0);
    expect(unchecked).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/certificate of the server was not checked/),
    });
    expect(given.stdout).not.toMatch(/not checked/);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringMatching(/not both/) });
    const stated = async (file: string) =>
      LoadRecord.parse(JSON.parse(await fs.readFile(path.join(dir, file), 'utf8'))).target.certificate;
    expect([
      await stated('refused.json'),
      await stated('given.json'),
      await stated('unchecked.json'),
    ]).toEqual(['system', 'authority', 'unchecked']);
  } finally {
    secure.closeAllConnections();
    secure.close();
  }
});

it('refuses wrong usage and what cannot be reached with exit code 2', async () => {
  const cases: [string[], string][] = [
    [['--url', 'ftp://x'], 'not an http'],
    [['--url', url, '--profile', 'jump'], 'choose one of ramp'],
    [['--url', url, '--threshold', 'p95>3'], 'upper bound'],
    [['--url', url, '--threshold', 'GET /y: p95<3'], 'the load has GET /'],
    [['--url', url, '--mix', '/none.json'], 'no such file'],
    [['--url', url, '--out', '/none/x.json'], 'cannot be written'],
    [['--url', 'http://127.0.0.1:1'], 'takes no connection'],
    [['--url', 'http://192.0.2.1'], 'not on this machine'],
  ];
  const results = await Promise.all(cases.map(([args]) => load(args)));
  results.forEach(({ code, stderr }, i) => {
    expect(stderr).toContain(cases[i]![1]);
    expect(code).toBe(2);
  });
});
