import { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import { TrialRecord } from '@/lib/contracts/trial-record';
import type { Effect, JudgeEntry } from '@/lib/contracts/verdict';
import { plain } from '@/lib/prove/verdict/format';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { exit, exitOf, type Run } from './exit';
import { columns, complain, print, printJson } from './output';
import { readJson } from './read-json';

interface Failed {
  file: string;
  error: { code: string; message: string; field?: string };
}

/** `ratchet judge FILES…` */
export function judgeCommand(done: Run): Command {
  return new Command('judge')
    .description('verdict from one or many trial records')
    .argument('<files...>', 'trial records, JSON')
    .option('--json', 'print an array with one entry a record, in order')
    .action(async (files: string[], options: { json?: boolean }) => {
      const entries: (JudgeEntry | Failed)[] = [];
      for (const file of files) entries.push(...(await judgeFile(file)));
      if (options.json) printJson(entries);
      else for (const entry of entries) if (!('error' in entry)) print(asText(entry));
      const failed = entries.filter((entry) => 'error' in entry);
      for (const { error } of failed) complain(error.message);
      done(
        failed.length > 0 ? exit.usage : exitOf(entries.flatMap((e) => ('error' in e ? [] : [e.verdict]))),
      );
    });
}

/** One entry a record; a file may hold an array of them. */
async function judgeFile(file: string): Promise<(JudgeEntry | Failed)[]> {
  try {
    const value = await readJson(file);
    if (!Array.isArray(value)) return [judgeValue(file, value)];
    return value.map((record, i) => judgeValue(`${file}[${i}]`, record));
  } catch (error) {
    return [failure(file, error)];
  }
}

function judgeValue(file: string, value: unknown): JudgeEntry | Failed {
  try {
    const parsed = TrialRecord.safeParse(value);
    if (parsed.success) return { file, ...judgeRecord(parsed.data) };
    const issue = parsed.error.issues[0];
    const field = fieldOf(issue?.path ?? []);
    throw new AppError('bad-input', `${field === '' ? 'the record' : field}: ${issue?.message}`, { field });
  } catch (error) {
    return failure(file, error);
  }
}

function failure(file: string, error: unknown): Failed {
  if (!(error instanceof AppError)) throw error;
  const message = error.message.startsWith(file) ? error.message : `${file}: ${error.message}`;
  return {
    file,
    error: { code: error.code, message, ...(error.field === undefined ? {} : { field: error.field }) },
  };
}

function fieldOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '');
}

function asText(entry: JudgeEntry): string {
  const range = (e: Effect) => `${plain(e.ratio)} (${plain(e.low)} to ${bound(e.high)})`;
  const rows = entry.endpoints.map((e) => [
    `  ${e.endpoint}`,
    e.role,
    e.verdict,
    `p50 ${range(e.p50)}`,
    `p95 ${range(e.p95)}`,
    `errors ${e.errorsBefore}/${e.requestsBefore} → ${e.errorsAfter}/${e.requestsAfter}`,
  ]);
  return [`${entry.file}: ${entry.verdict}`, `  ${entry.sentence}`, columns(rows), ''].join('\n');
}

const bound = (value: number) => (value >= 1e12 ? 'no bound' : plain(value));
