import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { ReportDocument, type ReportSummary } from '@/lib/contracts/report';
import type { Store } from '@/lib/store/client';

/** All reports, newest first, without reading a document: with its rounds one is megabytes. */
export async function listReports(store: Store, stack?: string): Promise<ReportSummary[]> {
  const rows = await store.db.report.findMany({
    where: stack === undefined ? {} : { stack: { name: stack } },
    omit: { document: true },
    include: { stack: true },
    orderBy: { id: 'desc' },
    take: 200,
  });
  return rows.map(({ id, stack: of, title, createdAt, improved, trials, loadTests, baseline }) => ({
    ...{ id, stack: of.name, title, createdAt: createdAt.toISOString() },
    ...{ improved, trials, loadTests, baseline },
  }));
}

/** The frozen document of one report, whole. @throws AppError not-found */
export async function reportDocument(store: Store, id: number): Promise<ReportDocument> {
  const row = await store.db.report.findUnique({ where: { id }, select: { document: true } });
  if (!row) throw missing(id);
  return ReportDocument.parse(row.document);
}

const Rows = z.array(z.object({ document: z.unknown() }));

/**
 * The same without what its figures are recomputed from, the rounds of trials and the histograms of load tests, for reading: they
 * are nearly all of its size and do not leave the store. It cannot be verified; what can be downloaded is whole. `keepLoads`: what load
 * tests are compared by stays.
 * @throws AppError not-found
 */
export async function reportWithoutRounds(
  store: Store,
  id: number,
  o: { keepLoads?: boolean } = {},
): Promise<ReportDocument> {
  const { rows } = await store.pool.query(
    `SELECT document
       || jsonb_build_object('trials', (SELECT coalesce(jsonb_agg(t || '{"record":null}' ORDER BY i), '[]')
            FROM jsonb_array_elements(document -> 'trials') WITH ORDINALITY AS x (t, i)))
       || CASE WHEN document ? 'loadTests' AND NOT $2 THEN
            jsonb_build_object('loadTests', (SELECT coalesce(jsonb_agg(t || '{"evidence":null}' ORDER BY i), '[]')
              FROM jsonb_array_elements(document -> 'loadTests') WITH ORDINALITY AS x (t, i)))
          ELSE '{}' END AS document
       FROM report WHERE id = $1`,
    [id, o.keepLoads ?? false],
  );
  const [row] = Rows.parse(rows);
  if (!row) throw missing(id);
  return ReportDocument.parse(row.document);
}

const missing = (id: number) => new AppError('not-found', `There is no report ${id}.`);
