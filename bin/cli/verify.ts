import { Command } from 'commander';
import { z } from 'zod';
import { ChainHead, type ChainState } from '@/lib/contracts/chain';
import { AppError } from '@/lib/contracts/error';
import { type Verification, verifyReportText } from '@/lib/report/verify';
import { verifyChain } from '@/lib/store/chain/verify';
import { exit, type Run } from './exit';
import { print, printJson } from './output';
import { readText } from './read-json';
import { withStore } from './store';

const SHOWN = 20;
const Carried = z.object({ evidence: ChainHead.optional() });

/** `ratchet verify report.json`, `ratchet verify --chain [report.json]` */
export function verifyCommand(done: Run): Command {
  return new Command('verify')
    .description('compute every figure of a report from its rounds again; fails if one differs')
    .argument('[file]', 'report, JSON')
    .option('--chain', "recompute this installation's chain of evidence; with a report, against its head")
    .option('--json', 'print {ok, problems}; with --chain {ok, report, chain}')
    .action(async (file: string | undefined, options: { chain?: boolean; json?: boolean }) => {
      if (file === undefined && !options.chain)
        throw new AppError('bad-input', 'Name a report, or give --chain.');
      const text = file === undefined ? null : await readText(file);
      const report = text === null ? null : verifyReportText(text);
      const chain = options.chain ? await chainOf(text) : null;
      const ok = (report?.ok ?? true) && (chain?.problems.length ?? 0) === 0;
      if (options.json) printJson(options.chain ? { ok, report, chain } : report);
      else {
        if (report) printReport(file ?? '', report);
        if (chain) printChain(chain);
      }
      done(ok ? exit.fine : exit.failed);
    });
}

/** A report without a head of the chain cannot be held against it. */
async function chainOf(report: string | null): Promise<ChainState> {
  const head = report === null ? undefined : Carried.safeParse(JSON.parse(report)).data?.evidence;
  if (report !== null && !head)
    throw new AppError('bad-input', 'This report carries no head of the chain: it is older than the chain.');
  return withStore((store) => verifyChain(store, head));
}

function printReport(file: string, result: Verification): void {
  if (result.ok) {
    print(`✓ ${file}: every figure follows from the rounds in it.`);
    return;
  }
  print(`✗ ${file}: ${result.problems.length} places do not agree.`);
  for (const { path, found, expected } of result.problems.slice(0, SHOWN))
    print(`  ${path}: found ${short(found)}, expected ${short(expected)}`);
  more(result.problems.length);
}

function printChain({ entries, head, problems }: ChainState): void {
  const of = `Chain of evidence: ${entries} ${entries === 1 ? 'entry' : 'entries'}`;
  if (problems.length === 0) {
    print(`✓ ${of}, unbroken.${head ? ` Head: entry ${head.seq}, ${head.hash}` : ''}`);
    return;
  }
  print(`✗ ${of}, broken. The first that does not fit:`);
  for (const { text } of problems.slice(0, SHOWN)) print(`  ${text}`);
  more(problems.length);
}

function more(count: number): void {
  if (count > SHOWN) print(`  … and ${count - SHOWN} more (--json shows all)`);
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
