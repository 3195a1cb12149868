import { z } from 'zod';
import type { ChainHead, ChainKind, ChainProblem, ChainState } from '@/lib/contracts/chain';
import type { ChainEntry, Prisma } from '@/prisma/generated/client';
import type { Store } from '../client';
import { batchOf, chained } from './append';
import { contentsOf, endedStates, inHandStates } from './contents';
import { digest, genesis, hashOfLink } from './hash';

/** Most problems that are named; the first is the one that matters. */
const most = 100;
const page = 5_000;
const Removed = z.object({ target: z.number(), changes: z.array(z.string()), journal: z.array(z.string()) });
type Stored = Exclude<ChainKind, 'removal'>;
const kinds: Stored[] = ['journal', 'change', 'trial', 'report'];

/** What the links of the chain say, read in order. */
interface Walk {
  entries: number;
  since: Date | null;
  head: ChainHead | null;
  hashes: Map<number, string>;
  /** By kind and subject, the newest entry: what the stored row has to agree with. */
  newest: Map<string, { seq: number; kind: Stored; subject: bigint; content: string }>;
  removed: Set<string>;
  problems: ChainProblem[];
}

/**
 * Recomputes the chain of evidence from all that the store holds, as of one moment: every link, and for every trial, change,
 * journal line and report that it still says what the chain says. Problems come in the order of the chain; rows
 * that no entry covers come last. `holder` is a head that somebody kept outside the store, in a report.
 */
export async function verifyChain(store: Store, holder?: ChainHead): Promise<ChainState> {
  return store.db.$transaction(
    async (tx) => {
      const walk = await walkLinks(tx);
      for (const kind of kinds) await checkContents(tx, walk, kind);
      await checkInserted(tx, walk);
      await checkHeads(tx, walk, holder);
      const order = (p: ChainProblem) => p.seq ?? Number.POSITIVE_INFINITY;
      const problems = walk.problems.sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0));
      return {
        entries: walk.entries,
        head: walk.head,
        since: walk.since?.toISOString() ?? null,
        checkedAt: new Date().toISOString(),
        problems: problems.slice(0, most),
      };
    },
    // One snapshot: what is appended meanwhile is not half seen.
    { ...chained, timeout: 600_000, isolationLevel: 'RepeatableRead' },
  );
}

async function walkLinks(tx: Prisma.TransactionClient): Promise<Walk> {
  const walk: Walk = {
    entries: 0,
    since: null,
    head: null,
    hashes: new Map(),
    newest: new Map(),
    removed: new Set(),
    problems: [],
  };
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = await tx.chainEntry.findMany({
      where: after === Number.MIN_SAFE_INTEGER ? {} : { seq: { gt: after } },
      orderBy: { seq: 'asc' },
      take: page,
    });
    for (const row of rows) step(walk, row);
    const last = rows.at(-1);
    if (!last || rows.length < page) return walk;
    after = last.seq;
  }
}

function step(walk: Walk, row: ChainEntry): void {
  const { seq, subject } = row;
  const kind = row.kind as ChainKind;
  const broken = (text: string) =>
    walk.problems.push({ seq, kind, subject: String(subject), what: 'broken', text });
  const expected = (walk.head?.seq ?? 0) + 1;
  if (seq !== expected)
    broken(
      seq === expected + 1
        ? `Entry ${expected} of the chain is missing.`
        : `Entries ${expected} to ${seq - 1} of the chain are missing.`,
    );
  else if (row.previous !== (walk.head?.hash ?? genesis))
    broken(`Entry ${seq} does not follow entry ${seq - 1}: one of them was replaced.`);
  if (hashOfLink(row) !== row.hash) broken(`Entry ${seq} was edited: its hash is not that of what it says.`);
  walk.entries += 1;
  walk.since ??= row.at;
  walk.head = { seq, hash: row.hash };
  walk.hashes.set(seq, row.hash);
  if (kind !== 'removal') {
    walk.newest.set(keyOf(kind, subject), { seq, kind, subject, content: row.content });
    return;
  }
  const removed = Removed.safeParse(row.removed);
  if (!removed.success || digest(removed.data) !== row.content) {
    broken(`Entry ${seq} was edited: what it says was removed is not what it covers.`);
    return;
  }
  for (const id of removed.data.changes) walk.removed.add(keyOf('change', BigInt(id)));
  for (const id of removed.data.journal) walk.removed.add(keyOf('journal', BigInt(id)));
}

async function checkContents(tx: Prisma.TransactionClient, walk: Walk, kind: Stored): Promise<void> {
  const entries = [...walk.newest.values()].filter((e) => e.kind === kind);
  const size = batchOf(kind);
  for (let i = 0; i < entries.length; i += size) {
    const some = entries.slice(i, i + size);
    const contents = await contentsOf(
      tx,
      kind,
      some.map((e) => e.subject),
    );
    for (const { seq, subject, content } of some) {
      const stored = contents.get(subject);
      const by = { seq, kind, subject: String(subject) };
      const name = nameOf(kind, subject);
      if (stored === undefined) {
        if (!walk.removed.has(keyOf(kind, subject)))
          walk.problems.push({ ...by, what: 'removed', text: `${name} was removed from the store.` });
      } else if (digest(stored) !== content) {
        walk.problems.push({ ...by, what: 'edited', text: `${name} was edited after entry ${seq}.` });
      }
    }
  }
}

/** Rows that are evidence and have no entry: nobody measured, did or wrote them through Ratchet. */
async function checkInserted(tx: Prisma.TransactionClient, walk: Walk): Promise<void> {
  const by = { select: { id: true }, orderBy: { id: 'asc' } } as const;
  const found: Record<Stored, { id: number | bigint }[]> = {
    journal: await tx.journalEntry.findMany(by),
    change: await tx.change.findMany({ ...by, where: { state: { in: inHandStates } } }),
    trial: await tx.trial.findMany({ ...by, where: { state: { in: endedStates } } }),
    report: await tx.report.findMany(by),
  };
  for (const kind of kinds) {
    for (const { id } of found[kind]) {
      const key = keyOf(kind, BigInt(id));
      if (walk.newest.has(key) && !walk.removed.has(key)) continue;
      const text = `${nameOf(kind, BigInt(id))} was inserted: no entry of the chain covers it.`;
      walk.problems.push({ seq: null, kind, subject: String(id), what: 'inserted', text });
    }
  }
}

/** Each report carries the head of its time: a chain written anew from the start does not have it. */
async function checkHeads(
  tx: Prisma.TransactionClient,
  walk: Walk,
  holder: ChainHead | undefined,
): Promise<void> {
  const carried = z.object({ id: z.number(), seq: z.number(), hash: z.string() });
  const rows = await tx.$queryRaw<unknown[]>`
    select id, (document->'evidence'->>'seq')::int as seq, document->'evidence'->>'hash' as hash
    from report where document ? 'evidence' order by id`;
  for (const row of rows) {
    const { id, seq, hash } = carried.parse(row);
    if (walk.hashes.get(seq) === hash) continue;
    const text = `Report ${id} was frozen at entry ${seq} with another hash than the chain has there: the chain was written anew.`;
    walk.problems.push({ seq, kind: 'report', subject: String(id), what: 'broken', text });
  }
  if (holder && walk.hashes.get(holder.seq) !== holder.hash) {
    const text = `The file was frozen at entry ${holder.seq} with another hash than the chain has there: the chain was written anew.`;
    walk.problems.push({ seq: holder.seq, kind: 'report', subject: 'file', what: 'broken', text });
  }
}

const keyOf = (kind: string, subject: bigint): string => `${kind} ${subject}`;

const names: Record<Stored, string> = {
  journal: 'Journal line',
  change: 'Change',
  trial: 'Trial',
  report: 'Report',
};
const nameOf = (kind: Stored, subject: bigint): string => `${names[kind]} ${subject}`;
