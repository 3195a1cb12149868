import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { openStore, type Store } from '@/lib/store/client';
import { migrate } from '@/lib/store/migrate';
import { startTestPostgres } from './postgres';
import { storeServerVariable, storeTemplate } from './store-server';

export interface TestStore {
  store: Store;
  url: string;
  stop(): Promise<void>;
}

/**
 * A fresh, migrated store: a database of its own, on the server that the tests with real services share, or, outside
 * of them, on a server of its own.
 */
export async function startTestStore(): Promise<TestStore> {
  const shared = process.env[storeServerVariable];
  return shared === undefined ? startAlone() : startShared(shared);
}

async function startShared(server: string): Promise<TestStore> {
  const name = `ratchet_${randomBytes(6).toString('hex')}`;
  await sql(server, `create database ${name} template ${storeTemplate}`);
  const url = new URL(server);
  url.pathname = name;
  const store = await openStore(url.href);
  return {
    store,
    url: url.href,
    stop: async () => {
      await store.close();
      await sql(server, `drop database ${name} with (force)`);
    },
  };
}

async function startAlone(): Promise<TestStore> {
  const server = await startTestPostgres();
  try {
    await server.cluster.createDatabase('ratchet');
    const url = server.url('ratchet');
    await migrate(url);
    const store = await openStore(url);
    return {
      store,
      url,
      stop: async () => {
        await store.close();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function sql(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
