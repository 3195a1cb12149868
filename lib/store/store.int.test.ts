import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diffFromSchema } from '@/bin/lib/schema-engine';
import { startTestStore } from '@/test/store';
import { audit } from './audit';
import { openStore } from './client';
import { migrate } from './migrate';

let test: Awaited<ReturnType<typeof startTestStore>>;
beforeAll(async () => {
  test = await startTestStore();
});
afterAll(async () => {
  await test.stop();
});

describe('the store', () => {
  it('has no drift: the migrations make exactly prisma/schema.prisma', async () => {
    expect(await diffFromSchema(test.url, path.resolve('prisma/schema.prisma'))).toBe('');
  });

  it('sees drift when there is one', async () => {
    await test.store.pool.query('create database drifted');
    const url = Object.assign(new URL(test.url), { pathname: 'drifted' }).href;
    await migrate(url);
    const drifted = await openStore(url);
    await drifted.pool.query('alter table "user" add column surplus int');
    await drifted.close();
    expect(await diffFromSchema(url, path.resolve('prisma/schema.prisma'))).toContain(
      'DROP COLUMN "surplus"',
    );
  });

  it('serves Prisma and plain SQL from one pool, and closes once', async () => {
    const store = await openStore(test.url, { max: 2 });
    await store.db.stack.create({ data: { name: 'shop' } });
    expect((await store.pool.query('select name from stack')).rows).toEqual([{ name: 'shop' }]);
    await Promise.all([store.close(), store.close()]);
    await expect(store.pool.query('select 1')).rejects.toThrow();
  });

  it('says where it looked, without the password, when nothing answers', async () => {
    const opening = openStore('postgres://me:hush@127.0.0.1:1/ratchet');
    await expect(opening).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('127.0.0.1:1'),
    });
    await expect(opening).rejects.not.toThrow(/hush/);
  });

  it('writes an audit entry with the statements, and none when the transaction fails', async () => {
    const actor = { userId: null, name: 'ada', role: 'operator' as const, via: 'session' as const };
    const event = {
      action: 'change.apply',
      subject: 'tasks',
      statements: ['CREATE INDEX …'],
      outcome: 'ok' as const,
    };
    await audit(test.store.db, actor, event);
    await expect(
      test.store.db.$transaction(async (tx) => {
        await audit(tx, actor, event);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const rows = await test.store.db.auditEntry.findMany();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ actor: 'ada (session)', statements: ['CREATE INDEX …'], outcome: 'ok' });
  });
});
