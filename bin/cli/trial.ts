import { Command } from 'commander';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { Outcome, Verdict } from '@/lib/contracts/verdict';
import { changeView } from '@/lib/optimize/views';
import { startTrial } from '@/lib/prove/trial/start';
import { cliActor } from './actor';
import { exitOf, type Run } from './exit';
import { followJob } from './follow-job';
import { resultOf } from './job-result';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { withStore } from './store';

const Result = z.object({ trialId: z.number().int(), verdict: Outcome, decision: z.string().nullable() });

/** `ratchet trial --stack NAME --change ID` */
export function trialCommand(done: Run): Command {
  return new Command('trial')
    .description('prove one proposed change: keep it when it improves, else roll it back')
    .requiredOption('--stack <name>', 'the stack it belongs to')
    .requiredOption('--change <id>', 'its number', numberOption({ min: 1, max: 2 ** 31, whole: true }))
    .option('--rounds <n>', 'rounds (default 12)', numberOption({ min: 6, max: 200, whole: true }))
    .option('--json', 'print the result as JSON')
    .action(async (options: { stack: string; change: number; rounds?: number; json?: boolean }) => {
      await withStore(
        async (store) => {
          const change = await changeView(store, options.change);
          if (change.stack !== options.stack) {
            throw new AppError('not-found', `Change ${change.id} belongs to the stack "${change.stack}".`);
          }
          const settings = options.rounds === undefined ? {} : { rounds: options.rounds };
          const { jobId } = await startTrial(store, cliActor(), { changeId: change.id, settings });
          const result = Result.parse(resultOf(await followJob(store, jobId)));
          const row = await store.db.trial.findUniqueOrThrow({ where: { id: result.trialId } });
          const verdict = Verdict.parse(row.verdict);
          if (options.json) printJson({ ...result, sentence: verdict.sentence, details: verdict });
          else print(`${verdict.verdict}: ${verdict.sentence}\n${row.decidedWhy ?? ''}`);
          done(exitOf([verdict.verdict]));
        },
        { demo: options.stack === 'demo' },
      );
    });
}
