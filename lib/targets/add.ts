import { AddTargetInput } from '@/lib/contracts/api';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type { Connection, TargetOptions } from '@/lib/contracts/target';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { seal } from '@/lib/store/seal';
import { inTime } from './transaction';
import { certificateNote, validateTarget } from './validate';

/** As `AddTargetInput`, where defaults may be left out. */
export interface NewTarget {
  stack: string;
  name: string;
  connection: Connection;
  options?: TargetOptions;
}

/**
 * Adds a target to a stack (which is made when it is new), or replaces the settings of the one with that name.
 * Contacts nothing: see `testConnection`. Returns its id; leaves an audit entry.
 * @throws AppError bad-input | not-allowed on settings that cannot be right; conflict when the name belongs to
 *   a target of another kind
 */
export async function addTarget(store: Store, actor: Actor, input: NewTarget): Promise<number> {
  const { stack, name, connection, options } = parsed(input);
  const address = validateTarget(connection, options);
  return store.db.$transaction(async (tx) => {
    const { id: stackId } = await tx.stack.upsert({
      where: { name: stack },
      create: { name: stack },
      update: {},
    });
    const where = { stackId_name: { stackId, name } };
    const found = await tx.target.findUnique({ where });
    if (found && found.kind !== connection.kind) {
      throw new AppError(
        'conflict',
        `${stack} already has a ${found.kind} target named ${name}. Choose another name.`,
        {
          field: 'name',
        },
      );
    }
    const sealedConnection = seal(JSON.stringify(connection));
    const { id } = await tx.target.upsert({
      where,
      create: { stackId, kind: connection.kind, name, address, sealedConnection, options },
      update: { address, sealedConnection, options },
    });
    await audit(tx, actor, {
      action: found ? 'target.update' : 'target.add',
      subject: `${stack}/${name}`,
      outcome: 'ok',
      detail: `${connection.kind} at ${address}${certificateNote(connection)}`,
    });
    return id;
  }, inTime);
}

function parsed(input: NewTarget) {
  const result = AddTargetInput.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new AppError(
    'bad-input',
    `The target's settings are not right: ${field} ${issue?.message ?? ''}`.trim(),
    { field },
  );
}
