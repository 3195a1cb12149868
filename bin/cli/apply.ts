import { Command } from 'commander';
import { refuseRestartUnlessMeant } from '@/lib/optimize/refuse-restart';
import { applyChange } from '@/lib/optimize/runner';
import { changeView } from '@/lib/optimize/views';
import { cliActor } from './actor';
import { exit, type Run } from './exit';
import { numberOption } from './number-option';
import { print, printJson } from './output';
import { withStore } from './store';

/** `ratchet apply CHANGE` */
export function applyCommand(done: Run): Command {
  return new Command('apply')
    .description('carry out a change without a trial: nothing is measured')
    .argument('<change>', 'its number', numberOption({ min: 1, max: 2 ** 31, whole: true }))
    .option('--write-config', 'Redis: the server also writes its redis.conf (CONFIG REWRITE)')
    .option('--restart', 'that the server is restarted is meant, where the change needs it')
    .option('--json', 'print the result as JSON')
    .action(async (id: number, options: { writeConfig?: boolean; restart?: boolean; json?: boolean }) => {
      await withStore(async (store) => {
        const { plan } = await changeView(store, id);
        refuseRestartUnlessMeant(plan, options.restart, '--restart');
        const writeConfigFile = options.writeConfig ?? false;
        await applyChange(store, id, cliActor(), undefined, { writeConfigFile });
        const { state, outcome } = await changeView(store, id);
        if (options.json) printJson({ change: id, title: plan.title, state, outcome });
        else print(`Change ${id} (${plan.title}) is ${state}.`);
      });
      done(exit.fine);
    });
}
