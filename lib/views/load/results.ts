import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import type {
  ImportLoadQuery,
  LoadAnalysis,
  LoadComparisons,
  LoadExportFormat,
  LoadGlance,
} from '@/lib/contracts/load-analysis';
import type { LoadRecord } from '@/lib/contracts/load-record';
import { analyseLoad } from '@/lib/load/analysis/analyse';
import { compareLoads, comparisonMethod } from '@/lib/load/analysis/compare';
import { underLoad } from '@/lib/load/analysis/merged';
import { loadCsv } from '@/lib/load/export/csv';
import { hdrLog } from '@/lib/load/export/hdr-log';
import { readK6Result } from '@/lib/load/export/k6-import';
import { k6Script } from '@/lib/load/export/k6-script';
import { summaryOf } from '@/lib/load/summary';
import { json, loadRecord } from '@/lib/load/tests/rows';
import { tickOf } from '@/lib/load/tests/tick';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';
import { Kept } from './kept';

/** The record of a test that has ended never changes, so what is computed from it is kept a while. */
const analyses = new Kept<LoadAnalysis>(40);
const glances = new Kept<LoadGlance>(400);

/** What follows from the record of a load test. @throws AppError not-found; conflict while it runs */
export async function loadAnalysis(store: Store, id: number): Promise<LoadAnalysis> {
  return analyses.get(store, id, async () => analyseLoad(await loadRecord(store, id)));
}

/** Most tests that a list shows a grade of. */
const mostGlances = 100;

/** Grades and sparklines of the newest tests of a stack that have ended with something measured. */
export async function loadGlances(store: Store, stack: string | undefined): Promise<LoadGlance[]> {
  const rows = await store.db.loadTest.findMany({
    where: {
      ...(stack === undefined ? {} : { stack: { name: stack } }),
      state: { notIn: ['queued', 'running'] },
      head: { not: Prisma.DbNull },
    },
    select: { id: true },
    orderBy: { id: 'desc' },
    take: mostGlances,
  });
  const out: LoadGlance[] = [];
  for (const { id } of rows) out.push(await glances.get(store, id, () => glanceOf(store, id)));
  return out;
}

const sparkPoints = 60;

async function glanceOf(store: Store, id: number): Promise<LoadGlance> {
  const record = await loadRecord(store, id);
  const seconds = underLoad(record.seconds);
  const step = Math.max(1, Math.ceil(seconds.length / sparkPoints));
  const spark = Array.from({ length: Math.floor(seconds.length / step) }, (_, i) => {
    const part = seconds.slice(i * step, (i + 1) * step);
    const ms = part.reduce((sum, s) => sum + s.durationMs, 0);
    const count = part.flatMap((s) => Object.values(s.endpoints)).reduce((sum, e) => sum + e.count, 0);
    return { t: i * step, v: count / (ms / 1000) };
  });
  return { id, letter: (await loadAnalysis(store, id)).grade.letter, spark };
}

/** Each test against the first. @throws AppError not-found; conflict while one runs */
export async function compareLoadTests(store: Store, ids: readonly number[]): Promise<LoadComparisons> {
  const runs: { id: number; title: string; record: LoadRecord }[] = [];
  for (const id of ids) {
    const record = await loadRecord(store, id);
    runs.push({ id, title: record.title, record });
  }
  const [first, ...others] = runs;
  if (!first) throw new AppError('bad-input', 'Give at least two load tests: ids=1,2.', { field: 'ids' });
  return {
    first: { id: first.id, title: first.title },
    others: others.map((other) => compareLoads(first, other)),
    method: comparisonMethod,
  };
}

interface ExportedFile {
  body: string;
  contentType: string;
  extension: string;
}

/** A load test in one of the formats. @throws AppError not-found; conflict; unsupported where the format needs what it has not */
export async function exportLoadTest(
  store: Store,
  id: number,
  format: LoadExportFormat,
): Promise<ExportedFile> {
  const record = await loadRecord(store, id);
  switch (format) {
    case 'json':
      return { body: `${JSON.stringify(record)}\n`, contentType: 'application/json', extension: 'json' };
    case 'csv':
      return { body: loadCsv(record), contentType: 'text/csv', extension: 'csv' };
    case 'hdr':
      return { body: hdrLog(record), contentType: 'text/plain', extension: 'hlog' };
    case 'k6':
      if (!record.plan)
        throw new AppError(
          'unsupported',
          'What this run sent is not known, so it cannot be written as a script.',
        );
      return {
        body: k6Script(record.plan, record.title),
        contentType: 'text/javascript',
        extension: 'k6.js',
      };
  }
}

/** Keeps results of k6 as a load test of a stack. @throws AppError bad-input with the file, the line and the fix; not-found */
export async function importLoadTest(
  store: Store,
  actor: Actor,
  { stack: name, file, writtenAt }: ImportLoadQuery,
  text: string,
): Promise<{ id: number }> {
  const stack = await store.db.stack.findUnique({ where: { name } });
  if (!stack) throw new AppError('not-found', `There is no stack "${name}".`, { field: 'stack' });
  const title = `k6: ${file}`.slice(0, 200);
  const record = readK6Result(text, { file, title, endedAt: writtenAt ?? new Date() });
  const { seconds, ...head } = record;
  const row = await store.db.$transaction(async (tx) => {
    const made = await tx.loadTest.create({
      data: {
        stackId: stack.id,
        target: record.target.name,
        title,
        state: 'done',
        outcome: record.outcome,
        reason: record.reason,
        head: json(head),
        summary: json(summaryOf(record)),
        createdBy: actor.name,
        startedAt: new Date(record.startedAt),
        finishedAt: new Date(record.endedAt),
      },
    });
    await tx.loadTestSecond.createMany({
      data: seconds.map((s) => ({ loadTestId: made.id, t: s.t, second: json(s), tick: json(tickOf(s)) })),
    });
    await audit(tx, actor, {
      action: 'load-test.import',
      subject: `load test ${made.id}: ${title}`,
      outcome: 'ok',
      detail: `${summaryOf(record).total.count} requests of k6`,
    });
    return made;
  });
  return { id: row.id };
}
