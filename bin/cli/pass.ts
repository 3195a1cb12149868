import fs from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { ReportDocument } from '@/lib/contracts/report';
import { startPass } from '@/lib/jobs/start-pass';
import type { Store } from '@/lib/store/client';
import { cliActor } from './actor';
import { exit, type Run } from './exit';
import { followJob } from './follow-job';
import { resultOf } from './job-result';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { stackOfUrl } from './pg-stack';
import { withStore } from './store';

interface Options {
  stack?: string;
  pg?: string;
  redis?: string;
  out?: string;
  rounds?: number;
  segment?: number;
  clients?: number;
  margin?: number;
  maxChanges?: number;
  allowWriteProbes?: boolean;
  json?: boolean;
}

const Result = z.object({ reportId: z.number().int(), kept: z.number().int(), rolledBack: z.number().int() });

/** `ratchet pass --stack NAME | --pg URL | --redis URL` */
export function passCommand(done: Run): Command {
  return new Command('pass')
    .description('the whole loop: observe, diagnose, prove each proposal, keep or roll back, report')
    .option('--stack <name>', 'a stack of this installation (demo: the sample stack)')
    .option('--pg <url>', 'a PostgreSQL database instead')
    .option('--redis <url>', 'a Redis server instead')
    .option('--out <file>', 'write the report as JSON')
    .option(
      '--rounds <n>',
      'rounds of each trial (default 12)',
      numberOption({ min: 6, max: 200, whole: true }),
    )
    .option('--segment <seconds>', 'length of a segment (default 3)', numberOption({ min: 0.2, max: 60 }))
    .option('--clients <n>', 'clients at once (default 4)', numberOption({ min: 1, max: 256, whole: true }))
    .option('--margin <share>', 'practical margin (default 0.05)', numberOption({ min: 0.001, max: 0.5 }))
    .option(
      '--max-changes <n>',
      'most changes tried (default 10)',
      numberOption({ min: 0, max: 100, whole: true }),
    )
    .option(
      '--allow-write-probes',
      'probe writes too: inside transactions that are rolled back (with --pg), to keys of its own (with --redis)',
    )
    .option('--json', 'print the result as JSON')
    .action(async (options: Options) => {
      if ([options.stack, options.pg, options.redis].filter((o) => o !== undefined).length !== 1) {
        throw new AppError('bad-input', 'Give one of --stack NAME, --pg URL or --redis URL.');
      }
      if (options.allowWriteProbes && options.stack !== undefined) {
        throw new AppError(
          'bad-input',
          '--allow-write-probes goes with --pg or --redis; for a stack it is an option of its target.',
        );
      }
      if (options.out) await checkWritable(options.out);
      await withStore((store) => run(store, options, done), { demo: options.stack === 'demo' });
    });
}

async function run(store: Store, options: Options, done: Run): Promise<void> {
  const probes = options.allowWriteProbes ? { allowWriteProbes: true } : {};
  const { pg, redis } = options;
  const stack =
    pg !== undefined
      ? await stackOfUrl(store, { kind: 'postgres', url: pg }, probes)
      : redis !== undefined
        ? await stackOfUrl(store, { kind: 'redis', url: redis }, probes)
        : (options.stack ?? '');
  const settings = {
    ...(options.rounds === undefined ? {} : { rounds: options.rounds }),
    ...(options.segment === undefined ? {} : { segmentSeconds: options.segment }),
    ...(options.clients === undefined ? {} : { clients: options.clients }),
    ...(options.margin === undefined ? {} : { margin: options.margin }),
  };
  const limit = options.maxChanges === undefined ? {} : { maxChanges: options.maxChanges };
  const { jobId } = await startPass(store, cliActor(), { stack, settings, ...limit });
  const { reportId, kept, rolledBack } = Result.parse(resultOf(await followJob(store, jobId)));
  const row = await store.db.report.findUniqueOrThrow({ where: { id: reportId } });
  const document = ReportDocument.parse(row.document);
  if (options.out) await fs.writeFile(options.out, `${JSON.stringify(document, null, 1)}\n`);
  const overall = document.trials.findLast((t) => t.kind === 'overall')?.verdict?.verdict ?? null;
  if (options.json) {
    printJson({
      stack,
      reportId,
      kept,
      rolledBack,
      overall,
      out: options.out ?? null,
      summary: document.summary,
    });
  } else {
    print(document.summary.map((line) => `• ${line}`).join('\n'));
    print(
      `Report ${reportId}${options.out ? `, written to ${options.out}` : ''}. ratchet report ${reportId} --format md shows it.`,
    );
  }
  done(overall === 'regressed' ? exit.failed : exit.fine);
}

/** Better now than after an hour of measuring. */
async function checkWritable(file: string): Promise<void> {
  try {
    const handle = await fs.open(file, 'a');
    await handle.close();
  } catch (cause) {
    throw new AppError('bad-input', `--out: ${file} cannot be written: ${(cause as Error).message}`, {
      cause,
    });
  }
}
