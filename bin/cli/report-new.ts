import { Command, InvalidArgumentError } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { CreateReportInput } from '@/lib/contracts/report-create';
import { createReport } from '@/lib/report/create';
import { cliActor } from './actor';
import { exit, type Run } from './exit';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { withStore } from './store';

interface Options {
  stack: string;
  title?: string;
  trials?: number[];
  loadTests?: number[];
  change?: number;
  from?: Date;
  to?: Date;
  json?: boolean;
}

/** `ratchet report new --stack NAME --trials 1,2 --load-tests 3 | --change 4 | --from DATE [--to DATE]` */
export function newReportCommand(done: Run): Command {
  return new Command('new')
    .description(
      'write a report of what is measured already: picked trials and load tests, a change, or a time',
    )
    .requiredOption('--stack <name>', 'the stack that it is of')
    .option('--trials <ids>', 'numbers of trials, with commas between them', idList)
    .option('--load-tests <ids>', 'numbers of load tests, with commas between them', idList)
    .option('--change <id>', 'all trials of this change', numberOption({ min: 1, max: 2 ** 31, whole: true }))
    .option('--from <date>', 'all that ended since then, for example 2026-11-01', date)
    .option('--to <date>', 'and until then (default: now)', date)
    .option('--title <text>', 'its title')
    .option('--json', 'print the result as JSON')
    .action(async (options: Options) => {
      const input = inputOf(options);
      await withStore(
        async (store) => {
          const { reportId } = await createReport(store, cliActor(), input);
          if (options.json) printJson({ reportId });
          else print(`Report ${reportId}. ratchet report ${reportId} --format md shows it.`);
          done(exit.fine);
        },
        { demo: options.stack === 'demo' },
      );
    });
}

function inputOf({ stack, title, trials, loadTests, change, from, to }: Options): CreateReportInput {
  const common = { stack, ...(title === undefined ? {} : { title }) };
  const picked = trials !== undefined || loadTests !== undefined;
  if ([picked, change !== undefined, from !== undefined].filter(Boolean).length !== 1 || (to && !from))
    throw new AppError(
      'bad-input',
      'Give one of: --trials and --load-tests; --change ID; --from DATE, with --to DATE or without.',
    );
  if (change !== undefined) return { about: 'change', ...common, changeId: change };
  if (from !== undefined) return { about: 'period', ...common, from, to: to ?? new Date() };
  return { about: 'picked', ...common, trialIds: trials ?? [], loadTestIds: loadTests ?? [] };
}

function idList(text: string): number[] {
  const ids = text.split(',').map(Number);
  if (ids.some((id) => !Number.isInteger(id) || id < 1))
    throw new InvalidArgumentError('Write numbers with commas between them, for example 3,4.');
  return ids;
}

function date(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('Write a date, for example 2026-11-01.');
  return at;
}
