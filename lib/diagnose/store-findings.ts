import type { CannotCheck, Finding } from '@/lib/contracts/finding';
import { jsonBatches } from '@/lib/store/json-rows';
import type { Prisma } from '@/prisma/generated/client';
import { nextState } from './finding-state';

interface Known {
  id: number;
  targetId: number;
  key: string;
  rule: string;
  subject: string;
  state: string;
  mutedUntil: Date | null;
  mutedBy: string | null;
}

/**
 * Stores the findings of one diagnosis of a stack, some hundred a statement: a database of thousands of tables has
 * thousands of findings. Those that are known and were not seen are resolved, except those that `cannotCheck` names.
 * `targetOf` gives the ids of the targets that were looked at, by name.
 */
export async function storeFindings(
  tx: Prisma.TransactionClient,
  stackId: number,
  targetOf: ReadonlyMap<string, number>,
  findings: readonly Finding[],
  cannotCheck: readonly CannotCheck[],
  now: Date,
): Promise<void> {
  const looked = [...targetOf.values()];
  const known: Known[] = await tx.finding.findMany({
    where: { stackId, targetId: { in: looked } },
    select: {
      ...{ id: true, targetId: true, key: true, rule: true, subject: true },
      ...{ state: true, mutedUntil: true, mutedBy: true },
    },
  });
  const byKey = new Map(known.map((k) => [k.key, k]));
  // By key: one statement must not meet a row twice.
  const seen = new Map(
    findings.flatMap((finding) => {
      const targetId = targetOf.get(finding.target);
      if (targetId === undefined) return [];
      const standing = byKey.get(finding.key);
      const state = nextState(standing ? { ...standing, state: 'open' } : null, true, now);
      return [[finding.key, { ...columns(finding), target_id: targetId, state }] as const];
    }),
  );
  for (const rows of jsonBatches([...seen.values()])) await upsert(tx, stackId, rows, now);
  const gone = known.filter(
    (k) =>
      k.state !== 'resolved' &&
      !seen.has(k.key) &&
      !cannotCheck.some((c) => targetOf.get(c.target) === k.targetId && concerns(c, k)),
  );
  await tx.$executeRaw`update finding set state = 'resolved', resolved_at = ${now} where id = any (${gone.map((g) => g.id)}::int[])`;
}

/** What could not be checked leaves the findings on it as they were. */
function concerns(c: CannotCheck, known: Known): boolean {
  return c.id === known.rule && (c.subjects?.includes(known.subject) ?? true);
}

function columns(f: Finding) {
  const {
    key,
    id: rule,
    severity,
    subject,
    title,
    detail,
    evidence,
    weight,
    optimizations,
    related = [],
  } = f;
  return { key, rule, severity, subject, title, detail, evidence, weight, optimizations, related };
}

/** A finding that is open was not muted, or is not any more. */
function upsert(tx: Prisma.TransactionClient, stackId: number, rows: string, now: Date): Promise<number> {
  return tx.$executeRaw`insert into finding as f (stack_id, target_id, key, rule, severity, subject, title, detail, evidence, weight,
      optimizations, related, state, last_seen_at)
    select ${stackId}::int, r.target_id, r.key, r.rule, r.severity, r.subject, r.title, r.detail, r.evidence, r.weight,
      r.optimizations, r.related, r.state, ${now}
    from jsonb_to_recordset(${rows}::jsonb) r (target_id int, key text, rule text, severity text, subject text, title text, detail text,
      evidence jsonb, weight float8, optimizations jsonb, related jsonb, state text)
    on conflict (stack_id, key) do update set rule = excluded.rule, severity = excluded.severity, subject = excluded.subject,
      title = excluded.title, detail = excluded.detail, evidence = excluded.evidence, weight = excluded.weight,
      optimizations = excluded.optimizations, related = excluded.related, state = excluded.state,
      last_seen_at = excluded.last_seen_at, resolved_at = null,
      muted_by = case when excluded.state <> 'open' then f.muted_by end,
      muted_why = case when excluded.state <> 'open' then f.muted_why end,
      muted_until = case when excluded.state <> 'open' then f.muted_until end`;
}
