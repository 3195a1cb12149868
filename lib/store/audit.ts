import type { Actor } from '@/lib/contracts/auth';
import type { Prisma, PrismaClient } from '@/prisma/generated/client';

export interface AuditEvent {
  /** Verb and object: `change.apply`, `target.add`. */
  action: string;
  /** What it was done to, by a name that a person knows. */
  subject: string;
  /** The exact statements, where there were any. */
  statements?: string[];
  outcome: 'ok' | 'refused' | 'failed';
  /** Why, when refused or failed; never a secret. */
  detail?: string;
}

/** Records who did what. Give a transaction's client to have it stand or fall with the deed. */
export async function audit(
  db: PrismaClient | Prisma.TransactionClient,
  actor: Actor,
  event: AuditEvent,
): Promise<void> {
  await db.auditEntry.create({
    data: {
      actor: `${actor.name} (${actor.via})`,
      action: event.action,
      subject: event.subject,
      statements: event.statements ?? [],
      outcome: event.outcome,
      detail: event.detail ?? null,
    },
  });
}
