import type { ReportDocument } from '@/lib/contracts/report';
import { appendToChain, chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';

interface NewReport {
  stackId: number;
  passId: number | null;
  document: ReportDocument;
}

/** Keeps a frozen report, and it in the chain of evidence. Returns its number. */
export function saveReport(store: Store, report: NewReport): Promise<number> {
  return store.db.$transaction((tx) => insertReport(tx, report), chained);
}

/** The same in a transaction under way, last of all in it; `also` is done with the report's number before. */
export async function insertReport(
  tx: Prisma.TransactionClient,
  { stackId, passId, document }: NewReport,
  also?: (reportId: number) => Promise<void>,
): Promise<number> {
  const { id } = await tx.report.create({
    data: {
      stackId,
      passId,
      title: document.title,
      document: document as unknown as Prisma.InputJsonValue,
      trials: document.trials.length,
      improved: document.trials.filter((t) => t.kind === 'change' && t.verdict?.verdict === 'improved')
        .length,
      loadTests: document.loadTests?.length ?? 0,
    },
  });
  await also?.(id);
  await appendToChain(tx, 'report', [id]);
  return id;
}
