import { z } from 'zod';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { Connection, TargetOptions } from '@/lib/contracts/target';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { seal } from '@/lib/store/seal';
import { loadTarget } from './load';
import { inTime } from './transaction';
import { validateTarget } from './validate';

const UpdateTarget = z.object({ connection: Connection.optional(), options: TargetOptions.optional() });
export type UpdateTarget = z.input<typeof UpdateTarget>;

/**
 * Replaces the connection settings or the options of a target; what is not given stays. Its kind cannot change.
 * @throws AppError not-found | bad-input | not-allowed | conflict
 */
export async function updateTarget(
  store: Store,
  actor: Actor,
  id: number,
  input: UpdateTarget,
): Promise<void> {
  const target = await loadTarget(store, id);
  const change = UpdateTarget.parse(input);
  const connection = change.connection ?? target.connection;
  const options = change.options ?? target.options;
  if (connection.kind !== target.kind) {
    throw new AppError('conflict', `${target.name} is a ${target.kind} target and stays one.`, {
      field: 'connection.kind',
    });
  }
  const address = validateTarget(connection, options);
  await store.db.$transaction(async (tx) => {
    await tx.target.update({
      where: { id },
      data: {
        address,
        options,
        ...(change.connection ? { sealedConnection: seal(JSON.stringify(connection)) } : {}),
      },
    });
    await audit(tx, actor, {
      action: 'target.update',
      subject: `${target.stack}/${target.name}`,
      outcome: 'ok',
      detail: `${target.kind} at ${address}`,
    });
  }, inTime);
}
