import { Command, Option } from 'commander';
import type { EditTargetInput } from '@/lib/contracts/api';
import { AppError } from '@/lib/contracts/error';
import type { ConnectionPatch, TargetOptions } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import {
  addTarget,
  loadTargets,
  removeTarget,
  type Target,
  targetViews,
  testEdited,
  updateTarget,
} from '@/lib/targets/registry';
import { testConnection } from '@/lib/targets/test-connection';
import { cliActor } from './actor';
import { byteOption } from './byte-option';
import { exit, type Run } from './exit';
import { columns, print, printJson } from './output';
import { withStore } from './store';
import { trustOf } from './trust';
import { connectionOf, connectionsOf, knobsOf, type Where, withWhere } from './where';

interface AddOptions extends Where {
  stack: string;
  name: string;
  allowWriteProbes?: boolean;
  pgMemory?: number;
  pgStorage?: 'ssd' | 'disk';
  pgRestartContainer?: boolean;
  json?: boolean;
}

/** `ratchet targets add|list|test|edit|remove` */
export function targetsCommand(done: Run): Command {
  const command = new Command('targets').description('what is under observation');
  command.addCommand(addCommand(done));
  command.addCommand(listCommand(done));
  command.addCommand(testCommand(done));
  command.addCommand(editCommand(done));
  command.addCommand(removeCommand(done));
  return command;
}

function addCommand(done: Run): Command {
  return withServerOptions(withWhere(new Command('add')))
    .description('add a target to a stack, or replace the settings of the one with its name')
    .requiredOption('--stack <name>', 'the stack; made when it is new')
    .requiredOption('--name <name>', 'name of the target')
    .option('--json', 'print the result as JSON')
    .action(async (o: AddOptions) => {
      const connection = connectionOf(o);
      const options = optionsFrom(o);
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

interface EditOptions extends Where {
  name?: string;
  allowWriteProbes?: boolean;
  pgMemory?: number;
  pgStorage?: 'ssd' | 'disk';
  pgRestartContainer?: boolean;
  force?: boolean;
}

function editCommand(done: Run): Command {
  return withServerOptions(withWhere(new Command('edit')))
    .description('change name, address or options of a target; what is not given stays, credentials included')
    .argument('<target>', 'its number or stack/name')
    .option('--name <name>', 'a new name')
    .option('--no-allow-write-probes', 'PostgreSQL: writes may not be probed')
    .option('--no-pg-restart-container', 'PostgreSQL: its container may not be restarted')
    .option('--no-http-insecure', 'HTTP: check the certificate as the system does')
    .option('--force', 'save what does not answer too')
    .action(async (what: string, o: EditOptions) => {
      await withStore(async (store) => {
        const target = await find(store, what);
        const connection = patchFrom(o);
        const edit: EditTargetInput = {
          ...(o.name === undefined ? {} : { name: o.name }),
          ...(connection ? { connection } : {}),
          options: optionsFrom(o, target.options),
        };
        if (connection && !o.force) await testEdited(store, target.id, edit);
        await updateTarget(store, cliActor(), target.id, edit);
        print(`Changed ${target.stack}/${o.name ?? target.name}.`);
      });
      done(exit.fine);
    });
}

/** What was given of a connection; headers, which no option gives, stay. Null: nothing was. */
function patchFrom(o: Where): ConnectionPatch | null {
  const [connection, ...others] = connectionsOf(o);
  if (others.length > 0)
    throw new AppError('bad-input', 'Give one of --pg, --redis, --docker, --http, or none.');
  const checked = o.httpInsecure === false ? { tls: null } : {};
  if (!connection) {
    const parts = { ...knobsOf(o.knobsTokenFile), ...trustOf(o.httpCa, o.httpInsecure), ...checked };
    return Object.keys(parts).length === 0 ? null : { kind: 'http', ...parts };
  }
  if (connection.kind !== 'http') return connection;
  const { headers: _, ...given } = connection;
  return { ...given, ...checked };
}

function optionsFrom(
  o: Pick<EditOptions, 'allowWriteProbes' | 'pgMemory' | 'pgStorage' | 'pgRestartContainer'>,
  before: TargetOptions = {},
): TargetOptions {
  const { restartedBy, ...others } = before;
  const asked =
    o.pgRestartContainer === undefined ? restartedBy : o.pgRestartContainer ? 'container' : undefined;
  return {
    ...others,
    ...(restartedBy === 'ratchet' ? { restartedBy } : asked === undefined ? {} : { restartedBy: asked }),
    ...(o.allowWriteProbes === undefined ? {} : { allowWriteProbes: o.allowWriteProbes }),
    ...(o.pgMemory === undefined ? {} : { memoryBytes: o.pgMemory }),
    ...(o.pgStorage === undefined ? {} : { storage: o.pgStorage }),
  };
}

function withServerOptions(command: Command): Command {
  return command
    .option('--allow-write-probes', 'PostgreSQL: writes may be probed in transactions that are rolled back')
    .option(
      '--pg-restart-container',
      'PostgreSQL: the container that it runs in may be restarted for settings that need it, when a change is told to',
    )
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
    );
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
