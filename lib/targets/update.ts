import { EditTargetInput } from '@/lib/contracts/api';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { seal } from '@/lib/store/seal';
import { loadTarget } from './load';
import { patchedConnection } from './patch';
import { renameTarget } from './rename';
import { inTime } from './transaction';
import { certificateNote, validateTarget } from './validate';

/**
 * Changes a target's name, parts of its connection, or its options; what is not given stays, credentials included.
 * Its kind cannot change. Contacts nothing: see `testEdited`. Leaves an audit entry.
 * @throws AppError not-found | bad-input | not-allowed | conflict
 */
export async function updateTarget(
  store: Store,
  actor: Actor,
  id: number,
  input: EditTargetInput,
): Promise<void> {
  const target = await loadTarget(store, id);
  const change = EditTargetInput.parse(input);
  const connection = change.connection
    ? patchedConnection(target.connection, change.connection)
    : target.connection;
  const options = change.options ?? target.options;
  const address = validateTarget(connection, options);
  const name = change.name ?? target.name;
  await store.db.$transaction(async (tx) => {
    if (name !== target.name) {
      if (await tx.target.findUnique({ where: { stackId_name: { stackId: target.stackId, name } } })) {
        throw new AppError('conflict', `${target.stack} already has a target named ${name}.`, {
          field: 'name',
        });
      }
      await renameTarget(tx, target, name);
    }
    await tx.target.update({
      where: { id },
      data: {
        address,
        ...(change.options ? { options } : {}),
        ...(change.connection
          ? {
              sealedConnection: seal(JSON.stringify(connection)),
              // What was known of its reachability was known of the old address; nothing was read at the new one yet.
              lastSampleAt: null,
              unreachableSince: null,
              unreachableWhy: null,
            }
          : {}),
      },
    });
    await audit(tx, actor, {
      action: 'target.update',
      subject: `${target.stack}/${name}`,
      outcome: 'ok',
      detail: `${target.kind} at ${address}${certificateNote(connection)}${name === target.name ? '' : `, before: ${target.name}`}`,
    });
  }, inTime);
}
