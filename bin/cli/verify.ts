import { Command } from 'commander';
import { verifyReportText } from '@/lib/report/verify';
import { exit, type Run } from './exit';
import { print, printJson } from './output';
import { readText } from './read-json';

const SHOWN = 20;

/** `ratchet verify report.json` */
export function verifyCommand(done: Run): Command {
  return new Command('verify')
    .description('compute every figure of a report from its rounds again; fails if one differs')
    .argument('<file>', 'report, JSON')
    .option('--json', 'print {ok, problems: [{path, found, expected}]}')
    .action(async (file: string, options: { json?: boolean }) => {
      const result = verifyReportText(await readText(file));
      if (options.json) printJson(result);
      else if (result.ok) print(`✓ ${file}: every figure follows from the rounds in it.`);
      else {
        print(`✗ ${file}: ${result.problems.length} places do not agree.`);
        for (const { path, found, expected } of result.problems.slice(0, SHOWN)) {
          print(`  ${path}: found ${short(found)}, expected ${short(expected)}`);
        }
        if (result.problems.length > SHOWN)
          print(`  … and ${result.problems.length - SHOWN} more (--json shows all)`);
      }
      done(result.ok ? exit.fine : exit.failed);
    });
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
