import { EditTargetInput } from '@/lib/contracts/api';
import type { Capabilities } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { loadTarget } from './load';
import { patchedConnection } from './patch';
import { testConnection } from './test-connection';
import { validateTarget } from './validate';

/**
 * Tests a target as it would be after an edit, with what is stored where nothing new is given. Stores nothing.
 * @throws AppError not-found | bad-input | not-allowed | conflict | unreachable | privilege-missing | timeout
 */
export async function testEdited(store: Store, id: number, input: EditTargetInput): Promise<Capabilities> {
  const target = await loadTarget(store, id);
  const change = EditTargetInput.parse(input);
  const connection = change.connection
    ? patchedConnection(target.connection, change.connection)
    : target.connection;
  const options = change.options ?? target.options;
  validateTarget(connection, options);
  return testConnection(connection, options);
}
