import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Actor, Role } from '@/lib/contracts/auth';
import type { Store } from '@/lib/store/client';
import { startTestStore } from '@/test/store';

// The key of the installation is read from the data folder at first use.
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-auth-'));
vi.stubEnv('RATCHET_DATA_DIR', dataDir);
const auth = await import('./index');

let test: Awaited<ReturnType<typeof startTestStore>>;
let store: Store;
beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(async () => {
  await test.stop();
  fs.rmSync(dataDir, { recursive: true });
});
beforeEach(async () => {
  await store.pool.query('truncate "user", session, sign_in_link, api_token, audit_entry cascade');
});

const HOST = 'localhost:3000';
const request = (method: string, headers: Record<string, string>) =>
  new Request(`http://${HOST}/api/v1/trials`, { method, headers: { host: HOST, ...headers } });

async function signIn(userName: string, role: Role): Promise<{ cookie: string; actor: Actor }> {
  const { token } = await auth.createSignInLink(store, { userName, role });
  const set = (await auth.redeemSignInLink(store, token)).cookie;
  const cookie = set.split(';')[0]!;
  const actor = await auth.currentActor(cookie, store);
  expect(actor).not.toBeNull();
  return { cookie, actor: actor! };
}

describe('sign-in links', () => {
  it('sign in once; the cookie is http-only and same-site; no secret is stored', async () => {
    const { token, path: at } = await auth.createSignInLink(store, { userName: 'owner', role: 'admin' });
    expect(at).toBe(`/sign-in/${token}`);
    const { cookie } = await auth.redeemSignInLink(store, token);
    expect(cookie).toMatch(/^ratchet_session=\S+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
    const secret = cookie.slice('ratchet_session='.length).split('.')[0]!;
    const stored = JSON.stringify([await store.db.session.findMany(), await store.db.signInLink.findMany()]);
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(secret);
    expect(await auth.currentActor(cookie.split(';')[0], store)).toMatchObject({
      name: 'owner',
      role: 'admin',
      via: 'session',
    });
    await expect(auth.redeemSignInLink(store, token)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('of twenty uses at once, one succeeds', async () => {
    const { token } = await auth.createSignInLink(store, { userName: 'owner', role: 'admin' });
    const uses = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => auth.redeemSignInLink(store, token, `p${i}`)),
    );
    expect(uses.filter((u) => u.status === 'fulfilled')).toHaveLength(1);
    expect(await store.db.session.count()).toBe(1);
  });

  it('refuse what is wrong or too old, and too many attempts from one place', async () => {
    const { token } = await auth.createSignInLink(store, {
      userName: 'owner',
      role: 'admin',
      validMinutes: -1,
    });
    await expect(auth.redeemSignInLink(store, token, 'x')).rejects.toMatchObject({ code: 'not-signed-in' });
    for (let i = 0; i < 9; i += 1) await auth.redeemSignInLink(store, 'guess', 'x').catch(() => undefined);
    await expect(auth.redeemSignInLink(store, 'guess', 'x')).rejects.toMatchObject({ code: 'not-allowed' });
  });

  it('keep the role of an existing user, unless the supervisor restores its owner', async () => {
    await auth.createSignInLink(store, { userName: 'bob', role: 'viewer' });
    await auth.createSignInLink(store, { userName: 'bob', role: 'admin' });
    expect(await store.db.user.findUniqueOrThrow({ where: { name: 'bob' } })).toMatchObject({
      role: 'viewer',
    });
    await store.db.user.update({ where: { name: 'bob' }, data: { disabled: true } });
    await expect(auth.createSignInLink(store, { userName: 'bob', role: 'viewer' })).rejects.toThrow(
      /disabled/,
    );
    await auth.createSignInLink(store, { userName: 'bob', role: 'admin', restore: true });
    expect(await store.db.user.findUniqueOrThrow({ where: { name: 'bob' } })).toMatchObject({
      role: 'admin',
      disabled: false,
    });
  });
});

describe('sessions', () => {
  it('end by signing out, by age and when the user is disabled; use prolongs them', async () => {
    const a = await signIn('ada', 'operator');
    await store.db.session.updateMany({ data: { expiresAt: new Date(Date.now() + 24 * 3600 * 1000) } });
    await auth.currentActor(a.cookie, store);
    const { expiresAt } = await store.db.session.findFirstOrThrow();
    expect(expiresAt.getTime()).toBeGreaterThan(Date.now() + 29 * 24 * 3600 * 1000);
    await store.db.session.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await auth.currentActor(a.cookie, store)).toBeNull();

    const b = await signIn('ada', 'operator');
    expect((await auth.signOut(store, b.cookie)).cookie).toMatch(/^ratchet_session=; Max-Age=0/);
    expect(await auth.currentActor(b.cookie, store)).toBeNull();

    const c = await signIn('ada', 'operator');
    await store.db.user.updateMany({ data: { disabled: true } });
    expect(await auth.currentActor(c.cookie, store)).toBeNull();
    expect(await auth.currentActor('ratchet_session=forged.value', store)).toBeNull();
  });
});

describe('requireActor', () => {
  const need = (r: Request, role: Role) => auth.requireActor(r, role, store);

  it('asks for a sign-in', async () => {
    await expect(need(request('GET', {}), 'viewer')).rejects.toMatchObject({ code: 'not-signed-in' });
    await expect(need(request('GET', { authorization: 'Bearer rat_wrong' }), 'viewer')).rejects.toMatchObject(
      {
        code: 'not-signed-in',
      },
    );
  });

  it('lets a role do what it may, and records what it refused', async () => {
    const { cookie } = await signIn('vera', 'viewer');
    expect((await need(request('GET', { cookie }), 'viewer')).name).toBe('vera');
    await expect(
      need(request('POST', { cookie, origin: `http://${HOST}` }), 'operator'),
    ).rejects.toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('operator'),
    });
    const refused = await store.db.auditEntry.findMany({ where: { outcome: 'refused' } });
    expect(refused).toEqual([
      expect.objectContaining({ actor: 'vera (session)', subject: 'POST /api/v1/trials' }),
    ]);
  });

  it('takes mutations only from own pages', async () => {
    const { cookie } = await signIn('ada', 'operator');
    expect((await need(request('POST', { cookie, origin: `http://${HOST}` }), 'operator')).name).toBe('ada');
    expect(
      (await need(request('DELETE', { cookie, 'sec-fetch-site': 'same-origin' }), 'operator')).name,
    ).toBe('ada');
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      {},
    ];
    for (const headers of foreign) {
      await expect(need(request('POST', { cookie, ...headers }), 'viewer')).rejects.toMatchObject({
        code: 'not-allowed',
      });
    }
    expect((await need(request('GET', { cookie, origin: 'https://evil.example' }), 'viewer')).name).toBe(
      'ada',
    );
  });
});

describe('API tokens', () => {
  it('work without an origin, never above their user, until revoked', async () => {
    const { actor } = await signIn('ada', 'operator');
    await expect(auth.createToken(store, actor, { name: 'ci', role: 'admin' })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    const { id, token } = await auth.createToken(store, actor, { name: 'ci', role: 'operator' });
    expect(token).toMatch(/^rat_/);
    const post = () =>
      auth.requireActor(request('POST', { authorization: `Bearer ${token}` }), 'operator', store);
    expect(await post()).toMatchObject({ name: 'ada', role: 'operator', via: 'token' });
    expect((await auth.listTokens(store, actor))[0]).toMatchObject({
      id,
      name: 'ci',
      lastUsedAt: expect.any(String),
    });
    expect(JSON.stringify(await store.db.apiToken.findMany())).not.toContain(token);

    await store.db.user.updateMany({ data: { role: 'viewer' } });
    await expect(post()).rejects.toMatchObject({ code: 'not-allowed' });
    await store.db.user.updateMany({ data: { role: 'operator' } });

    const other = await signIn('bob', 'operator');
    await expect(auth.revokeToken(store, other.actor, id)).rejects.toMatchObject({ code: 'not-found' });
    expect(await auth.listTokens(store, other.actor)).toEqual([]);
    await auth.revokeToken(store, actor, id);
    await expect(post()).rejects.toMatchObject({ code: 'not-signed-in' });
  });
});

describe('users', () => {
  it('are an admin’s business; each deed is recorded', async () => {
    const admin = await signIn('owner', 'admin');
    const viewer = await signIn('vera', 'viewer');
    await expect(auth.listUsers(store, viewer.actor)).rejects.toMatchObject({ code: 'not-allowed' });
    const bob = await auth.createUser(store, admin.actor, { name: 'bob', role: 'viewer' });
    await expect(auth.createUser(store, admin.actor, { name: 'bob', role: 'viewer' })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(auth.createUser(store, admin.actor, { name: '<b>', role: 'viewer' })).rejects.toThrow(
      /letters, digits/,
    );
    await auth.setUserRole(store, admin.actor, bob.id, 'operator');
    await auth.disableUser(store, admin.actor, viewer.actor.userId!);
    expect(await auth.currentActor(viewer.cookie, store)).toBeNull();
    await auth.enableUser(store, admin.actor, viewer.actor.userId!);
    expect(await auth.currentActor(viewer.cookie, store), 'sessions of before stay ended').toBeNull();
    const actions = (
      await store.db.auditEntry.findMany({
        where: { action: { startsWith: 'user.' } },
        orderBy: { id: 'asc' },
      })
    ).map((a) => `${a.action} ${a.subject}`);
    expect(actions).toEqual([
      'user.create bob (viewer)',
      'user.role bob: viewer to operator',
      'user.disable vera',
      'user.enable vera',
    ]);
  });

  it('keep one admin, also when two admins disable each other at once', async () => {
    const a = await signIn('a', 'admin');
    await expect(auth.disableUser(store, a.actor, a.actor.userId!)).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(auth.setUserRole(store, a.actor, a.actor.userId!, 'viewer')).rejects.toMatchObject({
      code: 'conflict',
    });
    const b = await signIn('b', 'admin');
    const both = await Promise.allSettled([
      auth.disableUser(store, a.actor, b.actor.userId!),
      auth.disableUser(store, b.actor, a.actor.userId!),
    ]);
    expect(both.filter((r) => r.status === 'fulfilled')).toHaveLength(1);
    expect(await store.db.user.count({ where: { role: 'admin', disabled: false } })).toBe(1);
  });
});
