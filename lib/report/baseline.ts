import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { BaselineInput } from '@/lib/contracts/report-comparison';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';

/**
 * Names a report as a baseline of its stack ("release 1.4"), or takes the name away (null). The report itself does not
 * change. Throws AppError: not-found; conflict when another report of the stack has the name.
 */
export async function nameBaseline(store: Store, actor: Actor, id: number, input: unknown): Promise<void> {
  const { name } = BaselineInput.parse(input);
  try {
    await store.db.$transaction(async (tx) => {
      const row = await tx.report.findUnique({ where: { id } });
      if (!row) throw new AppError('not-found', `There is no report ${id}.`);
      await tx.report.update({ where: { id }, data: { baseline: name } });
      await audit(tx, actor, {
        action: 'report.baseline',
        subject: `report ${id}: ${row.title}`,
        outcome: 'ok',
        detail: name === null ? `no longer "${row.baseline ?? ''}"` : `named "${name}"`,
      });
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
      throw new AppError('conflict', `Another report of this stack is named "${name}" already.`, {
        field: 'name',
      });
    throw error;
  }
}
