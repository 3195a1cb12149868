import { setTimeout as pause } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { AppError } from '@/lib/contracts/error';
import { type Diagnosis, type Severity, severities } from '@/lib/contracts/finding';
import type { Connection } from '@/lib/contracts/target';
import { diagnoseStack } from '@/lib/diagnose/record';
import { type DiagnoseTarget, diagnose } from '@/lib/diagnose/run';
import { readSessionCounters } from '@/lib/observe/collectors/postgres/session-counters';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { readOnce } from '@/lib/observe/observe-once';
import { withObserver } from '@/lib/targets/postgres/connect';
import { addressOf } from '@/lib/targets/registry';
import { byteOption } from './byte-option';
import { exit, type Run } from './exit';
import { columns, print, printJson } from './output';
import { databaseOf } from './pg-stack';
import { withStore } from './store';
import { connectionsOf, type Where, withWhere } from './where';

interface Options extends Where {
  stack?: string;
  failOn?: Severity;
  json?: boolean;
  pgMemory?: number;
  pgStorage?: 'ssd' | 'disk';
}

/** Between two readings of the session counters, so that a rate means something. */
const counterPauseMs = 2_000;

/** `ratchet diagnose [--pg URL] [--redis URL] [--docker SOCKET] [--http URL] | --stack NAME` */
export function diagnoseCommand(done: Run): Command {
  return withWhere(new Command('diagnose'))
    .description('findings of targets, without a store, or of a stack')
    .option('--stack <name>', 'a stack of this installation')
    .option(
      '--pg-memory <size>',
      'memory of the database server where it runs elsewhere (8GB, 512MB)',
      byteOption,
    )
    .addOption(
      new Option('--pg-storage <kind>', 'storage of the database server where it runs elsewhere').choices([
        'ssd',
        'disk',
      ]),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit 1 on a finding so severe or worse').choices([...severities]),
    )
    .option('--json', 'print {findings, cannotCheck}')
    .action(async (options: Options) => {
      const diagnosis = await diagnosisOf(options);
      if (options.json) printJson(published(diagnosis));
      else print(asText(diagnosis));
      const limit = options.failOn === undefined ? -1 : severities.indexOf(options.failOn);
      const bad = diagnosis.findings.some((finding) => severities.indexOf(finding.severity) <= limit);
      done(bad ? exit.failed : exit.fine);
    });
}

async function diagnosisOf(options: Options): Promise<Diagnosis> {
  const { stack } = options;
  const connections = connectionsOf(options);
  if ((connections.length === 0) === (stack === undefined)) {
    throw new AppError(
      'bad-input',
      'Give either --stack NAME, or any of --pg URL, --redis URL, --docker SOCKET, --http URL.',
    );
  }
  if (stack !== undefined)
    return withStore((store) => diagnoseStack(store, stack), { demo: stack === 'demo' });
  return diagnose({ targets: await Promise.all(connections.map((c) => targetOf(c, options))) });
}

async function targetOf(connection: Connection, { pgMemory, pgStorage }: Options): Promise<DiagnoseTarget> {
  const { kind } = connection;
  if (kind === 'postgres') {
    const earlier = await withObserver(connection, readSessionCounters);
    await pause(counterPauseMs);
    const snapshot = await withObserver(connection, readPostgresSnapshot);
    return {
      name: databaseOf(connection.url),
      kind,
      snapshot,
      withConnection: (fn) => withObserver(connection, fn),
      earlier,
      machine: { memoryBytes: pgMemory, storage: pgStorage },
    };
  }
  const address = addressOf(connection);
  const snapshot = await readOnce({ name: kind, address, connection, options: {} });
  return { name: address, kind, snapshot };
}

/** Facts are for the optimizations; they are no part of the answer. */
function published({ findings, cannotCheck }: Diagnosis) {
  return {
    findings: findings.map(({ facts: _, ...finding }) => finding),
    cannotCheck: cannotCheck.map(({ subjects: _, ...check }) => check),
  };
}

function asText({ findings, cannotCheck }: Diagnosis): string {
  const lines = [findings.length === 0 ? 'No problem found.' : ''];
  const rows = findings.map((f) => [f.severity, f.id, f.subject, f.title]);
  if (rows.length > 0) lines[0] = columns(rows);
  for (const c of cannotCheck)
    lines.push(`cannot check ${c.id} on ${c.target}: ${c.reason} To enable: ${c.enable}`);
  return lines.join('\n');
}
