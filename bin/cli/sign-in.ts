import { Command } from 'commander';
import { createSignInLink } from '@/lib/auth';
import { config } from '@/lib/config';
import { exit, type Run } from './exit';
import { print, printJson } from './output';
import { withStore } from './store';

/** `ratchet sign-in` */
export function signInCommand(done: Run): Command {
  return new Command('sign-in')
    .description('print a new one-time sign-in link for the owner')
    .option('--json', 'print {url, path}')
    .action(async (options: { json?: boolean }) => {
      const { path } = await withStore((store) =>
        createSignInLink(store, { userName: 'owner', role: 'admin', restore: true }),
      );
      const { publicUrl, port } = config();
      const url = `${publicUrl ?? `http://localhost:${port}`}${path}`;
      if (options.json) printJson({ url, path });
      else print(`Sign in (once, within 15 minutes): ${url}`);
      done(exit.fine);
    });
}
