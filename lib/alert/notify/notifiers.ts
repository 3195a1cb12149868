import {
  type AlertMessage,
  NotifierConnection,
  NotifierInput,
  NotifierKind,
  type NotifierView,
} from '@/lib/contracts/alert';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { seal, unseal } from '@/lib/store/seal';
import { Prisma } from '@/prisma/generated/client';
import { send } from './send';

/** All notifiers by name, without their secrets. */
export async function listNotifiers(store: Store): Promise<NotifierView[]> {
  const rows = await store.db.notifier.findMany({
    include: { _count: { select: { deliveries: true } } },
    orderBy: { name: 'asc' },
  });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: NotifierKind.parse(row.kind),
    address: row.address,
    lastSentAt: row.lastSentAt?.toISOString() ?? null,
    lastError: row.lastError,
    waiting: row._count.deliveries,
  }));
}

/** Stores a notifier, its connection sealed. Throws AppError 'conflict' when the name is taken. */
export async function addNotifier(store: Store, actor: Actor, input: NotifierInput): Promise<{ id: number }> {
  const { name, connection } = NotifierInput.parse(input);
  try {
    return await store.db.$transaction(async (tx) => {
      const { id } = await tx.notifier.create({
        data: {
          name,
          kind: connection.kind,
          address: addressOf(connection),
          sealedConnection: seal(JSON.stringify(connection)),
        },
      });
      await audit(tx, actor, { action: 'notifier.add', subject: name, outcome: 'ok' });
      return { id };
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
      throw new AppError('conflict', `There is a notifier named "${name}" already.`, { field: 'name' });
    throw error;
  }
}

/** Removes a notifier; rules that used it stay. What waits to be sent by it is not sent. */
export async function deleteNotifier(store: Store, actor: Actor, id: number): Promise<void> {
  await store.db.$transaction(async (tx) => {
    const row = await tx.notifier.findUnique({ where: { id } });
    if (!row) throw notFound(id);
    await tx.notifier.delete({ where: { id } });
    await audit(tx, actor, { action: 'notifier.delete', subject: row.name, outcome: 'ok' });
  });
}

/** Sends a test message now. Throws AppError 'not-found', or 'unreachable' with what the receiver answered. */
export async function testNotifier(store: Store, actor: Actor, id: number, url: string): Promise<void> {
  const row = await store.db.notifier.findUnique({ where: { id } });
  if (!row) throw notFound(id);
  const connection = NotifierConnection.parse(JSON.parse(unseal(row.sealedConnection)));
  const message: AlertMessage = {
    event: 'test',
    title: 'Test message from Ratchet',
    text: `${actor.name} asked for this message. Nothing is wrong.`,
    at: new Date().toISOString(),
    severity: 'low',
    stack: '',
    target: '',
    label: '',
    value: null,
    threshold: null,
    url,
  };
  const outcome = await send(connection, message).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  await store.db.notifier.updateMany({
    where: { id },
    data: outcome === null ? { lastSentAt: new Date(), lastError: null } : { lastError: outcome },
  });
  await audit(store.db, actor, {
    action: 'notifier.test',
    subject: row.name,
    outcome: outcome === null ? 'ok' : 'failed',
    ...(outcome === null ? {} : { detail: outcome }),
  });
  if (outcome !== null) throw new AppError('unreachable', `${row.name}: ${outcome}.`);
}

/** Where it sends to, for people: paths and passwords of addresses are secrets. */
function addressOf(connection: NotifierConnection): string {
  return connection.kind === 'email' ? connection.to : new URL(connection.url).host;
}

const notFound = (id: number) => new AppError('not-found', `There is no notifier ${id}.`);
