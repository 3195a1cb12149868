import { Command, CommanderError } from 'commander';
import { AppError } from '@/lib/contracts/error';
import packageJson from '@/package.json';
import { exit, type Run } from './exit';
import { complain } from './output';

/** Only the command that is asked for is loaded: most need far less than the whole product. */
const commands: Record<string, () => Promise<(done: Run) => Command>> = {
  judge: async () => (await import('./judge')).judgeCommand,
  verify: async () => (await import('./verify')).verifyCommand,
  diagnose: async () => (await import('./diagnose')).diagnoseCommand,
  advise: async () => (await import('./advise')).adviseCommand,
  load: async () => (await import('./load')).loadCommand,
  config: async () => (await import('./config')).configCommand,
  pass: async () => (await import('./pass')).passCommand,
  trial: async () => (await import('./trial')).trialCommand,
  report: async () => (await import('./report')).reportCommand,
  targets: async () => (await import('./targets')).targetsCommand,
  apply: async () => (await import('./apply')).applyCommand,
  rollback: async () => (await import('./rollback')).rollbackCommand,
  warm: async () => (await import('./warm')).warmCommand,
  'sign-in': async () => (await import('./sign-in')).signInCommand,
};

/** Runs one command line; resolves with the exit code: 0 fine, 1 check failed, 2 bad usage or unreachable, 3 inconclusive. */
export async function main(argv: readonly string[]): Promise<number> {
  let code: number = exit.fine;
  const done: Run = (result) => {
    code = result;
  };
  const program = new Command('ratchet')
    .description('Makes a Postgres + Redis + Docker stack faster and proves it.')
    .version(packageJson.version)
    .showHelpAfterError('(ratchet --help shows the commands)')
    .addHelpText(
      'after',
      '\nExit codes: 0 fine, 1 the check failed, 2 bad usage or unreachable, 3 inconclusive, 130 cancelled.',
    );
  const asked = commands[argv[2] ?? ''];
  for (const load of asked ? [asked] : Object.values(commands)) program.addCommand((await load())(done));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((c) => c.commands)]) {
    command.exitOverride();
  }
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.fine : exit.usage;
    if (!(error instanceof AppError)) throw error;
    complain(error.message);
    return error.code === 'cancelled' ? exit.cancelled : exit.usage;
  }
}
