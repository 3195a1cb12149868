import { migrate } from '@/lib/store/migrate';
import { makeTemplates, startTestPostgres } from './postgres';

/** Where the tests find the server that their stores share. */
export const storeServerVariable = 'RATCHET_TEST_STORE_SERVER';
/** A migrated store in which nothing is: each test file begins with a copy. */
export const storeTemplate = 'ratchet_template';

/** Before all tests with real services: what takes seconds to make and a moment to copy. One server for their stores, too. */
export default async function startStoreServer(): Promise<() => Promise<void>> {
  const removeTemplates = await makeTemplates();
  const server = await startTestPostgres({ settings: ['max_connections=300'] });
  await server.cluster.createDatabase(storeTemplate);
  await migrate(server.url(storeTemplate));
  process.env[storeServerVariable] = server.url();
  return async () => {
    await server.stop();
    await removeTemplates();
  };
}
