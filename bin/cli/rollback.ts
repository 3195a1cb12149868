import { Command } from 'commander';
import { refuseRestartUnlessMeant } from '@/lib/optimize/refuse-restart';
import { rollbackChange } from '@/lib/optimize/runner';
import { changeView } from '@/lib/optimize/views';
import { cliActor } from './actor';
import { exit, type Run } from './exit';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { withStore } from './store';

/** `ratchet rollback CHANGE` */
export function rollbackCommand(done: Run): Command {
  return new Command('rollback')
    .description('undo an applied change with its recorded inverse')
    .argument('<change>', 'its number', numberOption({ min: 1, max: 2 ** 31, whole: true }))
    .option('--restart', 'that the server is restarted is meant, where the change needs it')
    .option('--json', 'print the result as JSON')
    .action(async (id: number, options: { restart?: boolean; json?: boolean }) => {
      await withStore(async (store) => {
        const before = await changeView(store, id);
        refuseRestartUnlessMeant(before.plan, options.restart, '--restart');
        await rollbackChange(store, id, cliActor());
        const { state } = await changeView(store, id);
        if (options.json) printJson({ change: id, title: before.plan.title, before: before.state, state });
        else if (before.state === state)
          print(`Change ${id} (${before.plan.title}) was not applied: nothing to undo.`);
        else print(`Change ${id} (${before.plan.title}) is ${state}.`);
      });
      done(exit.fine);
    });
}
