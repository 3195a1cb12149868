import { Command, Option } from 'commander';
import { AppError } from '@/lib/contracts/error';
import type { TargetOptions } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { addTarget, loadTargets, removeTarget, type Target, targetViews } from '@/lib/targets/registry';
import { testConnection } from '@/lib/targets/test-connection';
import { cliActor } from './actor';
import { byteOption } from './byte-option';
import { exit, type Run } from './exit';
import { columns, print, printJson } from './output';
import { withStore } from './store';
import { connectionOf, type Where, withWhere } from './where';

interface AddOptions extends Where {
  stack: string;
  name: string;
  allowWriteProbes?: boolean;
  pgMemory?: number;
  pgStorage?: 'ssd' | 'disk';
  json?: boolean;
}

/** `ratchet targets add|list|test|remove` */
export function targetsCommand(done: Run): Command {
  const command = new Command('targets').description('what is under observation');
  command.addCommand(addCommand(done));
  command.addCommand(listCommand(done));
  command.addCommand(testCommand(done));
  command.addCommand(removeCommand(done));
  return command;
}

function addCommand(done: Run): Command {
  return withWhere(new Command('add'))
    .description('add a target to a stack, or replace the settings of the one with its name')
    .requiredOption('--stack <name>', 'the stack; made when it is new')
    .requiredOption('--name <name>', 'name of the target')
    .option('--allow-write-probes', 'PostgreSQL: writes may be probed in transactions that are rolled back')
    .option(
      '--pg-memory <size>',
      'PostgreSQL: memory of the server where it runs elsewhere (8GB, 512MB)',
      byteOption,
    )
    .addOption(
      new Option('--pg-storage <kind>', 'PostgreSQL: storage of the server where it runs elsewhere').choices([
        'ssd',
        'disk',
      ]),
    )
    .option('--json', 'print the result as JSON')
    .action(async (o: AddOptions) => {
      const connection = connectionOf(o);
      const options: TargetOptions = {
        ...(o.allowWriteProbes ? { allowWriteProbes: true } : {}),
        ...(o.pgMemory === undefined ? {} : { memoryBytes: o.pgMemory }),
        ...(o.pgStorage === undefined ? {} : { storage: o.pgStorage }),
      };
      const id = await withStore((store) =>
        addTarget(store, cliActor(), { stack: o.stack, name: o.name, connection, options }),
      );
      if (o.json) printJson({ id, stack: o.stack, name: o.name });
      else print(`Target ${id}: ${o.stack}/${o.name}`);
      done(exit.fine);
    });
}

function listCommand(done: Run): Command {
  return new Command('list')
    .description('the targets and how they are')
    .option('--stack <name>', 'of one stack')
    .option('--json', 'print an array')
    .action(async (o: { stack?: string; json?: boolean }) => {
      const views = await withStore((store) => targetViews(store, o.stack));
      if (o.json) printJson(views);
      else if (views.length === 0) print('No target yet. Add one with: ratchet targets add');
      else
        print(
          columns(
            views.map((v) => [
              String(v.id),
              `${v.stack}/${v.name}`,
              v.kind,
              v.status,
              v.version ?? '',
              v.address,
            ]),
          ),
        );
      done(exit.fine);
    });
}

function testCommand(done: Run): Command {
  return withWhere(new Command('test'))
    .description('connect, and tell what can be done there')
    .argument('[target]', 'number or stack/name of a target, when no address is given')
    .option('--setup', 'PostgreSQL: print the SQL that makes roles with the least privileges')
    .option('--json', 'print {version, checks}')
    .action(async (what: string | undefined, o: Where & { json?: boolean; setup?: boolean }) => {
      const [connection, options] =
        what === undefined
          ? [connectionOf(o), {}]
          : await withStore(async (store) => {
              const target = await find(store, what);
              return [target.connection, target.options] as const;
            });
      const found = await testConnection(connection, options);
      if (o.setup) print(found.setup ?? 'This kind of target needs no roles.');
      else if (o.json) printJson(found);
      else {
        print(found.version);
        for (const c of found.checks)
          print(`${c.ok ? '✓' : '✗'} ${c.name}: ${c.detail}${c.enable ? ` Enable: ${c.enable}` : ''}`);
      }
      done(exit.fine);
    });
}

function removeCommand(done: Run): Command {
  return new Command('remove')
    .description('stop watching a target and forget what was seen of it')
    .argument('<target>', 'its number or stack/name')
    .action(async (what: string) => {
      await withStore(async (store) => {
        const target = await find(store, what);
        await removeTarget(store, cliActor(), target.id);
        print(`Removed ${target.stack}/${target.name}.`);
      });
      done(exit.fine);
    });
}

async function find(store: Store, what: string): Promise<Target> {
  const targets = await loadTargets(store);
  const found = targets.find((t) => String(t.id) === what || `${t.stack}/${t.name}` === what);
  if (!found) throw new AppError('not-found', `There is no target ${what}. ratchet targets list shows them.`);
  return found;
}
