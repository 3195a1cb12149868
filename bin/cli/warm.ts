import fs from 'node:fs/promises';
import { Command } from 'commander';
import { AppError } from '@/lib/contracts/error';
import { WarmingInput } from '@/lib/contracts/warming';
import { planWarming } from '@/lib/optimize/plan-warming';
import { applyChange } from '@/lib/optimize/runner';
import { changeView } from '@/lib/optimize/views';
import { cliActor } from './actor';
import { exit, type Run } from './exit';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { withStore } from './store';

interface Options {
  stack: string;
  target: string;
  rate?: number;
  file?: string;
  dryRun?: boolean;
  json?: boolean;
}

/** `ratchet warm --stack NAME --target NAME [ROUTE|KEY…]` */
export function warmCommand(done: Run): Command {
  return new Command('warm')
    .description('ask a service for routes, or touch keys of Redis, at a bounded rate')
    .argument('[list...]', 'paths of the service, or keys')
    .requiredOption('--stack <name>', 'the stack it belongs to')
    .requiredOption('--target <name>', 'an HTTP service or a Redis server')
    .option('--file <path>', 'a file with one path or key a line')
    .option('--rate <n>', 'at most so many a second (default 10)', numberOption({ min: 1, max: 100 }))
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option('--json', 'print the result as JSON')
    .action(async (given: string[], options: Options) => {
      const lines = options.file ? (await readLines(options.file)).filter((line) => line !== '') : [];
      const { stack, target, rate: perSecond } = options;
      const parsed = WarmingInput.safeParse({ stack, target, list: [...given, ...lines], perSecond });
      if (!parsed.success)
        throw new AppError('bad-input', parsed.error.issues[0]?.message ?? 'not understood');
      await withStore(async (store) => {
        const { changeId } = await planWarming(store, cliActor(), parsed.data);
        if (!options.dryRun) await applyChange(store, changeId, cliActor());
        const { plan, state, outcome } = await changeView(store, changeId);
        const { title, estimates } = plan;
        if (options.json)
          printJson({ change: changeId, title, state, estimates, measured: outcome?.measured ?? null });
        else if (options.dryRun)
          print(
            [
              title,
              ...estimates.map((e) => `${e.label}: ${e.value} ${e.unit}`.trim()),
              ...plan.steps.map((s) => s.statement),
            ].join('\n'),
          );
        else print([title, ...(outcome?.measured ?? []).map((m) => `${m.label}: ${m.after}`)].join('\n'));
      });
      done(exit.fine);
    });
}

async function readLines(file: string): Promise<string[]> {
  const text = await fs.readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('bad-input', `${file} cannot be read.`, { cause });
  });
  return text.split('\n').map((line) => line.trim());
}
