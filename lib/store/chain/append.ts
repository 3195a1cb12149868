import type { ChainHead, ChainKind } from '@/lib/contracts/chain';
import { AppError } from '@/lib/contracts/error';
import { Prisma } from '@/prisma/generated/client';
import { contentsOf, type Db } from './contents';
import { digest, genesis, hashOfLink } from './hash';

/** Advisory lock of the chain in the store: "chai" in ASCII. Entries are written one at a time. */
const lock = 0x63686169;

/** Bounds of a transaction that appends, ms: generous, for a store on a busy machine. */
export const chained = { timeout: 60_000, maxWait: 20_000 };

/** Rows read at once; trials and reports carry their rounds, so one at a time. */
export const batchOf = (kind: ChainKind): number => (kind === 'trial' || kind === 'report' ? 1 : 500);

/** Holds the chain until the transaction ends: nobody else appends meanwhile. */
export async function lockChain(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${lock}::bigint)`;
}

/**
 * Appends an entry for each subject, from what the transaction has just stored; it stands or falls with it. Call it last
 * in the transaction: others wait for the chain until that ends. Throws AppError('internal') for a subject that is
 * not there.
 */
export async function appendToChain(
  tx: Prisma.TransactionClient,
  kind: Exclude<ChainKind, 'removal'>,
  subjects: readonly (number | bigint)[],
): Promise<void> {
  const ids = subjects.map(BigInt);
  const size = batchOf(kind);
  for (let i = 0; i < ids.length; i += size) {
    const some = ids.slice(i, i + size);
    const contents = await contentsOf(tx, kind, some);
    const covered = some.map((subject) => {
      const content = contents.get(subject);
      if (content === undefined)
        throw new AppError('internal', `There is no ${kind} ${subject} to put into the chain.`);
      return { kind, subject, content: digest(content), removed: Prisma.DbNull };
    });
    await append(tx, covered);
  }
}

/** What goes when a target is removed. */
export interface Removal {
  target: number;
  changes: string[];
  journal: string[];
}

/**
 * What will go with a target: its changes and their journals are deleted with it, by right. Nothing is added to them
 * until the transaction ends. Call before the deletion, and `appendRemoval` after it.
 */
export async function removalOf(tx: Prisma.TransactionClient, targetId: number): Promise<Removal> {
  await tx.$queryRaw`select id from change where target_id = ${targetId} order by id for update`;
  const changes = await tx.change.findMany({
    where: { targetId },
    select: { id: true, journal: { select: { id: true }, orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  });
  return {
    target: targetId,
    changes: changes.map((c) => String(c.id)),
    journal: changes.flatMap((c) => c.journal.map((j) => String(j.id))),
  };
}

/** Appends that a target was removed, with what went. */
export async function appendRemoval(tx: Prisma.TransactionClient, removal: Removal): Promise<void> {
  const removed = { ...removal };
  await append(tx, [{ kind: 'removal', subject: BigInt(removal.target), content: digest(removed), removed }]);
}

/** The newest entry, or null while there is none. */
export async function chainHead(db: Db): Promise<ChainHead | null> {
  return db.chainEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } });
}

interface Covered {
  kind: ChainKind;
  subject: bigint;
  content: string;
  removed: Prisma.InputJsonValue | typeof Prisma.DbNull;
}

async function append(tx: Prisma.TransactionClient, covered: readonly Covered[]): Promise<void> {
  await lockChain(tx);
  const last = await chainHead(tx);
  let previous = last?.hash ?? genesis;
  const at = new Date();
  const data = covered.map(({ removed, ...entry }, i) => {
    const link = { ...entry, seq: (last?.seq ?? 0) + 1 + i, previous, at };
    previous = hashOfLink(link);
    return { ...link, hash: previous, removed };
  });
  await tx.chainEntry.createMany({ data });
}
