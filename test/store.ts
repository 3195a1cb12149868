import { openStore, type Store } from '@/lib/store/client';
import { migrate } from '@/lib/store/migrate';
import { startTestPostgres } from './postgres';

/** A fresh, migrated store on a PostgreSQL of its own. */
export async function startTestStore(): Promise<{ store: Store; url: string; stop(): Promise<void> }> {
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
