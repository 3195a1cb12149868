import type { ReportDocument } from '@/lib/contracts/report';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';

/** Keeps a frozen report, and it in the chain of evidence. Returns its number. */
export async function saveReport(
  store: Store,
  o: { stackId: number; passId: number | null; document: ReportDocument },
): Promise<number> {
  const { stackId, passId, document } = o;
  return store.db.$transaction(async (tx) => {
    const { id } = await tx.report.create({
      data: {
        stackId,
        passId,
        title: document.title,
        document: document as unknown as Prisma.InputJsonValue,
      },
    });
    await appendToChain(tx, 'report', [id]);
    return id;
  }, chained);
}
