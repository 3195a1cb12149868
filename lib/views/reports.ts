import { AppError } from '@/lib/contracts/error';
import { ReportDocument, type ReportSummary } from '@/lib/contracts/report';
import type { Store } from '@/lib/store/client';

/** All reports, newest first. */
export async function listReports(store: Store, stack?: string): Promise<ReportSummary[]> {
  const rows = await store.db.report.findMany({
    where: stack === undefined ? {} : { stack: { name: stack } },
    include: { stack: true },
    orderBy: { id: 'desc' },
    take: 200,
  });
  return rows.map((row) => {
    const document = ReportDocument.parse(row.document);
    return {
      id: row.id,
      stack: row.stack.name,
      title: row.title,
      createdAt: row.createdAt.toISOString(),
      improved: document.trials.filter((t) => t.kind === 'change' && t.verdict?.verdict === 'improved')
        .length,
      trials: document.trials.length,
      baseline: row.baseline,
    };
  });
}

/** The frozen document of one report, whole. */
export async function reportDocument(store: Store, id: number): Promise<ReportDocument> {
  const row = await store.db.report.findUnique({ where: { id } });
  if (!row) throw new AppError('not-found', `There is no report ${id}.`);
  return ReportDocument.parse(row.document);
}
