import { Command, Option } from 'commander';
import { AppError } from '@/lib/contracts/error';
import { type Diagnosis, type Severity, severities } from '@/lib/contracts/finding';
import { diagnoseStack } from '@/lib/diagnose/record';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { withObserver } from '@/lib/targets/postgres/connect';
import { exit, type Run } from './exit';
import { columns, print, printJson } from './output';
import { databaseOf } from './pg-stack';
import { withStore } from './store';

interface Options {
  pg?: string;
  stack?: string;
  failOn?: Severity;
  json?: boolean;
}

/** `ratchet diagnose --pg URL | --stack NAME` */
export function diagnoseCommand(done: Run): Command {
  return new Command('diagnose')
    .description('findings of a database, without a store, or of a stack')
    .option('--pg <url>', 'a PostgreSQL database')
    .option('--stack <name>', 'a stack of this installation')
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

async function diagnosisOf({ pg: url, stack }: Options): Promise<Diagnosis> {
  if ((url === undefined) === (stack === undefined)) {
    throw new AppError('bad-input', 'Give either --pg URL or --stack NAME.');
  }
  if (stack !== undefined)
    return withStore((store) => diagnoseStack(store, stack), { demo: stack === 'demo' });
  const connection = { kind: 'postgres', url: url ?? '' } as const;
  const name = databaseOf(connection.url);
  const snapshot = await withObserver(connection, readPostgresSnapshot);
  return diagnose({
    targets: [{ name, kind: 'postgres', snapshot, withConnection: (fn) => withObserver(connection, fn) }],
  });
}

/** Facts are for the optimizations; they are no part of the answer. */
function published({ findings, cannotCheck }: Diagnosis) {
  return { findings: findings.map(({ facts: _, ...finding }) => finding), cannotCheck };
}

function asText({ findings, cannotCheck }: Diagnosis): string {
  const lines = [findings.length === 0 ? 'No problem found.' : ''];
  const rows = findings.map((f) => [f.severity, f.id, f.subject, f.title]);
  if (rows.length > 0) lines[0] = columns(rows);
  for (const c of cannotCheck)
    lines.push(`cannot check ${c.id} on ${c.target}: ${c.reason} To enable: ${c.enable}`);
  return lines.join('\n');
}
