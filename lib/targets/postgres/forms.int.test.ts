import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { serverUser } from '@/lib/services/server-user';
import { selfSigned } from '@/test/certificate';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { withObserver } from './connect';

let dir = '';
let cert = '';
let cluster: TestCluster;
let plain: TestCluster;

beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-forms-'));
  const files = await selfSigned(dir);
  cert = files.cert;
  // The key must be the server's alone.
  const { uid, gid } = await serverUser();
  for (const file of [dir, files.key, cert])
    if (uid !== undefined && gid !== undefined) await fs.chown(file, uid, gid);
  const settings = [`unix_socket_directories=${dir}`, 'ssl=on', `ssl_cert_file=${cert}`];
  [cluster, plain] = await Promise.all([
    startTestPostgres({ settings: [...settings, `ssl_key_file=${files.key}`] }),
    startTestPostgres(),
  ]);
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), plain?.stop()]);
  await fs.rm(dir, { recursive: true, force: true });
});

/** How the server sees a connection by this URL. */
const seen = (url: string) =>
  withObserver({ kind: 'postgres', url }, async (client) => {
    const { rows } = await client.query<{ ssl: boolean; socket: boolean }>(
      'select ssl, client_port = -1 as socket from pg_stat_ssl join pg_stat_activity using (pid) where pid = pg_backend_pid()',
    );
    return rows[0];
  });
const url = (query: string, host = 'localhost') => {
  const base = new URL(cluster.url());
  base.hostname = host;
  return `${base.href}?${query}`;
};

it('encrypts where that is asked for, and checks the certificate', async () => {
  expect(await seen(url('sslmode=disable'))).toEqual({ ssl: false, socket: false });
  expect(await seen(url('sslmode=no-verify'))).toEqual({ ssl: true, socket: false });
  expect(await seen(url(`sslmode=verify-full&sslrootcert=${cert}`))).toEqual({ ssl: true, socket: false });
  await expect(seen(url('sslmode=verify-full'))).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/certificate .* is not accepted: .*sslmode=no-verify/),
  });
  await expect(seen(`${plain.url()}?sslmode=no-verify`)).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/does not offer TLS/),
  });
});

it('connects by a socket', async () => {
  const { username, password, port, pathname } = new URL(cluster.url());
  const by = `postgres://${username}:${password}@${encodeURIComponent(dir)}:${port}${pathname}`;
  expect(await seen(by)).toEqual({ ssl: false, socket: true });
  const query = new URLSearchParams({
    host: dir,
    port,
    user: username,
    password: decodeURIComponent(password),
  });
  expect(await seen(`postgres://${pathname}?${query}`)).toEqual({ ssl: false, socket: true });
});
