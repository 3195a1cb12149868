import fs from 'node:fs/promises';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '@/test/certificate';
import { LoadPlan, LoadProfile } from '../../contracts/load';
import type { TlsTrust } from '../../contracts/target';
import type { HttpProbe } from '../../contracts/workload';
import { connectHttp } from '../../targets/http/connect';
import { refuseNoCertificate } from '../../targets/http/trust';
import { Engine } from '../engine/engine';
import type { RawSecond } from '../engine/meter';
import { HttpSender } from '../http-sender';
import { resolveOrigin } from './resolve';

let dir = '';
let pem = '';
let key = '';
const servers: Server[] = [];
const ports = { '1.1': 0, '2': 0 };

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-certificate-'));
  const files = await selfSigned(dir);
  [key, pem] = await Promise.all([fs.readFile(files.key, 'utf8'), fs.readFile(files.cert, 'utf8')]);
  const answer = (_: unknown, res: { end(text: string): unknown }) => res.end('fine');
  const made = {
    '1.1': https.createServer({ key, cert: pem }, answer),
    '2': http2.createSecureServer({ key, cert: pem }, answer),
  };
  for (const version of ['1.1', '2'] as const) {
    const server = made[version];
    server.on('tlsClientError', () => undefined);
    server.on('sessionError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ports[version] = (server.address() as AddressInfo).port;
    servers.push(server);
  }
});
afterAll(async () => {
  for (const server of servers) server.close();
  await fs.rm(dir, { recursive: true, force: true });
});

const authority = (): TlsTrust => ({ certificate: 'authority', pem });
const unchecked: TlsTrust = { certificate: 'unchecked' };
const at = (host: string, version: '1.1' | '2' = '1.1') => `https://${host}:${ports[version]}`;

async function run(baseUrl: string, http: '1.1' | '2', tls?: TlsTrust) {
  const plan = LoadPlan.parse({
    profile: LoadProfile.parse({
      kind: 'ramp',
      model: 'closed',
      stages: [{ durationMs: 200, level: 2 }],
      http,
    }),
    target: { name: 'svc', baseUrl, tls },
    probes: [{ name: 'a', path: '/' }],
  });
  const seconds: RawSecond[] = [];
  const origin = await resolveOrigin(baseUrl);
  const { firstError } = await new Engine({
    plan,
    headers: {},
    origin,
    onSecond: (s) => seconds.push(s),
  }).run();
  const all = seconds.flatMap((s) => Object.values(s.endpoints));
  return {
    count: all.reduce((n, e) => n + e.count, 0),
    kinds: [...new Set(all.flatMap((e) => Object.keys(e.errors)))],
    firstError,
  };
}

describe.each(['1.1', '2'] as const)(
  'a load over HTTP/%s on a server with a certificate of its own',
  (version) => {
    it('is refused by default, counted as TLS errors, and says what to do', async () => {
      const { count, kinds, firstError } = await run(at('localhost', version), version);
      expect(count).toBeGreaterThan(0);
      expect(kinds).toEqual(['tls']);
      expect(firstError).toMatch(
        /certificate of the server is not accepted: self.signed certificate.*--ca FILE.*--insecure/,
      );
    });

    it('goes through where its certificate is given, and then only under its own name', async () => {
      expect(await run(at('localhost', version), version, authority())).toMatchObject({
        kinds: [],
        firstError: null,
      });
      const other = await run(at('127.0.0.1', version), version, authority());
      expect(other).toMatchObject({
        kinds: ['tls'],
        firstError: expect.stringMatching(/not accepted.*127\.0\.0\.1/),
      });
    });

    it('goes through where it is left unchecked, under any name', async () => {
      const { count, kinds } = await run(at('127.0.0.1', version), version, unchecked);
      expect(count).toBeGreaterThan(0);
      expect(kinds).toEqual([]);
    });
  },
);

describe('a target with a certificate of its own', () => {
  const get = async (tls?: TlsTrust) => {
    const session = connectHttp({
      kind: 'http',
      baseUrl: at('localhost'),
      headers: {},
      ...(tls ? { tls } : {}),
    });
    try {
      return (await session.get('/')).status;
    } finally {
      await session.close();
    }
  };
  const probe: HttpProbe = {
    ...{ kind: 'http', name: 'a', target: 'svc', method: 'GET', path: '/', headers: {} },
    ...{ weight: 1, rows: [] },
  };
  const send = async (tls?: TlsTrust) => {
    const connection = {
      kind: 'http' as const,
      baseUrl: at('localhost'),
      headers: {},
      ...(tls ? { tls } : {}),
    };
    const sender = new HttpSender('svc', connection, {
      clients: 1,
      timeoutMs: 5_000,
      allowedOrigins: [at('localhost')],
    });
    try {
      return (await sender.send(probe, 0)).error;
    } finally {
      await sender.close();
    }
  };

  it('is watched and measured in trials only where it is trusted', async () => {
    await expect(get()).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringMatching(
        /certificate of .* is not accepted: self.signed.*settings of this target/,
      ),
    });
    expect([await get(authority()), await get(unchecked)]).toEqual([200, 200]);
    expect(await send()).toMatch(/self.signed/);
    expect([await send(authority()), await send(unchecked)]).toEqual([null, null]);
  });

  it('is given by its certificate, not by its key or by half of it', () => {
    expect(() => refuseNoCertificate(pem, 'f')).not.toThrow();
    expect(() => refuseNoCertificate(`${pem}${key}`, 'f')).toThrow(/private key/);
    expect(() => refuseNoCertificate('MIIB', 'f')).toThrow(/as PEM/);
    expect(() => refuseNoCertificate(pem.replace(/\n.{20}/, '\n'), 'f')).toThrow(/damaged/);
  });
});
