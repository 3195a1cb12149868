import { migrate } from '@/lib/store/migrate';
import { startTestPostgres } from './postgres';

/** Where the tests find the server that their stores share. */
export const storeServerVariable = 'RATCHET_TEST_STORE_SERVER';
/** A migrated store in which nothing is: each test file begins with a copy. */
export const storeTemplate = 'ratchet_template';

/** Before all tests with real services: one server for their stores. Creating and migrating one takes seconds, a copy a moment. */
export default async function startStoreServer(): Promise<() => Promise<void>> {
  const server = await startTestPostgres({ settings: ['max_connections=300'] });
  await server.cluster.createDatabase(storeTemplate);
  await migrate(server.url(storeTemplate));
  process.env[storeServerVariable] = server.url();
  return () => server.stop();
}
