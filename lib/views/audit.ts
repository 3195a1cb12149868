import { z } from 'zod';
import type { AuditView } from '@/lib/contracts/api';
import type { Store } from '@/lib/store/client';

/** The newest 200 audit entries, newest first. */
export async function listAudit(store: Store): Promise<AuditView[]> {
  const rows = await store.db.auditEntry.findMany({ orderBy: { id: 'desc' }, take: 200 });
  return rows.map((row) => ({
    id: String(row.id),
    at: row.at.toISOString(),
    actor: row.actor,
    action: row.action,
    subject: row.subject,
    outcome: row.outcome,
    statements: z.array(z.string()).parse(row.statements),
    detail: row.detail,
  }));
}
