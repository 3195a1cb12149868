import { hashOf, newSecret } from '@/lib/auth/secret';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { ReportDocument } from '@/lib/contracts/report';
import { ShareInput, type ShareView } from '@/lib/contracts/share';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';

const day = 24 * 3_600_000;

/**
 * Makes a link that shows one report to whoever holds it, until it ends or is revoked. Only its hash is stored, so the
 * path is given this once. Throws AppError: not-found, bad-input.
 */
export async function createShare(
  store: Store,
  actor: Actor,
  reportId: number,
  input: unknown,
  now = Date.now(),
): Promise<{ id: number; path: string; expiresAt: string }> {
  const { days, note } = ShareInput.parse(input);
  const token = newSecret();
  const expiresAt = new Date(now + days * day);
  return store.db.$transaction(async (tx) => {
    const report = await tx.report.findUnique({ where: { id: reportId }, select: { title: true } });
    if (!report) throw new AppError('not-found', `There is no report ${reportId}.`);
    const { id } = await tx.reportShare.create({
      data: { reportId, hash: hashOf(token), note, createdBy: actor.name, expiresAt },
    });
    await audit(tx, actor, {
      action: 'report.share',
      subject: `report ${reportId}: ${report.title}`,
      outcome: 'ok',
      detail: `link ${id} for ${days} ${days === 1 ? 'day' : 'days'}${note === '' ? '' : `, ${note}`}`,
    });
    return { id, path: `/shared/${token}`, expiresAt: expiresAt.toISOString() };
  });
}

/** Links that work now, newest first. */
export async function listShares(store: Store, now = Date.now()): Promise<ShareView[]> {
  const rows = await store.db.reportShare.findMany({
    where: { revokedAt: null, expiresAt: { gt: new Date(now) } },
    include: { report: { select: { title: true } } },
    orderBy: { id: 'desc' },
  });
  return rows.map(({ id, reportId, note, createdBy, createdAt, expiresAt, lastUsedAt, uses, report }) => ({
    id,
    reportId,
    report: report.title,
    note,
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    uses,
  }));
}

/** Ends a link at once. Throws AppError('not-found') for one that does not work any more. */
export async function revokeShare(store: Store, actor: Actor, id: number): Promise<void> {
  await store.db.$transaction(async (tx) => {
    const [row] = await tx.reportShare.updateManyAndReturn({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (!row) throw new AppError('not-found', `There is no link ${id} to revoke.`);
    const detail = `link ${id}`;
    await audit(tx, actor, {
      action: 'report.unshare',
      subject: `report ${row.reportId}`,
      outcome: 'ok',
      detail,
    });
  });
}

/** The report behind a link, and that it was opened is noted; null for a link that is wrong, ended or revoked. */
export async function openShare(
  store: Store,
  token: string,
  now = Date.now(),
): Promise<{ id: number; document: ReportDocument; expiresAt: Date } | null> {
  const where = { hash: hashOf(token), revokedAt: null, expiresAt: { gt: new Date(now) } };
  const [row] = await store.db.reportShare.updateManyAndReturn({
    where,
    data: { lastUsedAt: new Date(now), uses: { increment: 1 } },
    include: { report: true },
  });
  if (!row) return null;
  return { id: row.reportId, document: ReportDocument.parse(row.report.document), expiresAt: row.expiresAt };
}
