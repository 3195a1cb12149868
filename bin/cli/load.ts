import fs from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { LoadRecord, LoadSummary } from '@/lib/contracts/load-record';
import { gradeOf } from '@/lib/load/analysis/grade';
import { decodeSeconds } from '@/lib/load/analysis/merged';
import { runLoad } from '@/lib/load/run-load';
import { summaryOf } from '@/lib/load/summary';
import { terminal } from '../lib/terminal';
import { exit, type Run } from './exit';
import { type LoadFlags, planOf } from './load-plan';
import { resultText, secondLine } from './load-text';
import { numberOption } from './number-option';
import { print, printJson } from './output';

interface Options extends LoadFlags {
  out?: string;
  json?: boolean;
  allowRemote?: boolean;
  title?: string;
}

/** Where there is no terminal, a line in so many seconds. */
const lineSeconds = 5;
const collect = (value: string, list: string[]) => [...list, value];
const positive = numberOption({ min: 0.1, max: 1_000_000 });

/** `ratchet load --url URL --profile KIND` */
export function loadCommand(done: Run): Command {
  return new Command('load')
    .description('run a load test on an HTTP service; needs no store')
    .requiredOption('--url <url>', 'the address to load; with a file its base')
    .option('--profile <kind>', 'ramp, spike, stress, endurance, rate, or replay of a log or HAR', 'ramp')
    .option(
      '--rate <n>',
      'requests a second at the top, sent whether or not earlier ones were answered',
      positive,
    )
    .option('--vus <n>', 'users at the top', numberOption({ min: 1, max: 100_000, whole: true }))
    .option('--duration <s>', 'length in seconds; of a stress test the length of a step', positive)
    .option('--think <ms>', 'pause of a user after each response', numberOption({ min: 0, max: 3_600_000 }))
    .option('--mix <file>', 'requests by weight (docs/load-tests.md)')
    .option('--har <file>', 'requests recorded by a browser')
    .option('--log <file>', 'an access log of nginx or Apache (combined format)')
    .option('--openapi <file>', 'the operations of an OpenAPI document (JSON or YAML)')
    .option('--speed <factor>', 'times as many requests as the log holds, with its rhythm (replay)', positive)
    .option(
      '--writes',
      'also send what changes data (POST, PUT, PATCH, DELETE) from a log or OpenAPI document',
    )
    .option('--header <line>', '"name: value", sent with every request; may be given again', collect, [])
    .option('--threshold <text>', 'for example p95<200 or errors<1%; may be given again', collect, [])
    .option('--slo <ms>', 'latency that a request should keep (default 200)', positive)
    .option('--timeout <s>', 'longest time for one request (default 30)', positive)
    .option('--no-keepalive', 'a new connection for every request')
    .option('--http2', 'speak HTTP/2')
    .option('--ca <file>', 'over https: trust this authority, or self-signed certificate (PEM)')
    .option('--insecure', 'over https: do not check the certificate; the record says so')
    .option('--seed <n>', 'order of the endpoints', numberOption({ min: 0, max: 2 ** 31, whole: true }))
    .option('--title <text>', 'name of the run in its record')
    .option('--out <file>', 'write the whole record as JSON')
    .option('--json', 'print the summary as JSON')
    .option('--allow-remote', 'the target is not on this machine, and is yours to load')
    .action(async (options: Options) => {
      const plan = await planOf(options);
      if (options.out !== undefined) await refuseUnwritable(options.out);
      const say = terminal(process.stderr);
      const stop = new AbortController();
      const onSignal = () => {
        say('Stopping …');
        stop.abort();
      };
      process.on('SIGINT', onSignal);
      process.on('SIGTERM', onSignal);
      try {
        const { profile, target, probes } = plan;
        const title = options.title ?? `${profile.kind} on ${target.name}`;
        say(
          `${title}: ${probes.length} ${probes.length === 1 ? 'endpoint' : 'endpoints'}, ${profile.model} model`,
        );
        const record = await runLoad({
          plan,
          title,
          allowedOrigins: [new URL(plan.target.baseUrl).origin],
          allowRemote: options.allowRemote ?? false,
          signal: stop.signal,
          onSecond: (second) => {
            if (process.stderr.isTTY || (second.t + 1) % lineSeconds === 0)
              say(`… ${secondLine(second, profile.model)}`);
          },
        });
        if (options.out !== undefined) await fs.writeFile(options.out, `${JSON.stringify(record)}\n`);
        const summary = summaryOf(record);
        const grade = gradeOf(record, decodeSeconds(record));
        const { outcome, reason, limit, generatorLimited, firstError, workloadHash } = record;
        if (options.json)
          printJson({
            title,
            outcome,
            reason,
            limit,
            generatorLimited,
            firstError,
            workloadHash,
            grade,
            ...summary,
          });
        else print(resultText(record, summary, grade));
        done(exitCode(record, summary));
      } finally {
        process.off('SIGINT', onSignal);
        process.off('SIGTERM', onSignal);
      }
    });
}

/** 3 where nothing can be said of the target, 1 for a threshold that was not kept or when nothing succeeded, else 0. */
export function exitCode(record: LoadRecord, { thresholds, total }: LoadSummary): number {
  if (record.generatorLimited || record.outcome === 'failed' || total.count === 0) return exit.inconclusive;
  if (record.outcome === 'threshold' || thresholds.some((t) => t.passed === false)) return exit.failed;
  if (thresholds.some((t) => t.passed === null)) return exit.inconclusive;
  return total.errors === total.count ? exit.failed : exit.fine;
}

/** A long run should not end with a file that cannot be written. */
async function refuseUnwritable(file: string): Promise<void> {
  await fs.access(path.dirname(path.resolve(file)), fs.constants.W_OK).catch((cause: unknown) => {
    throw new AppError('bad-input', `${file}: its folder cannot be written to.`, { cause });
  });
}
