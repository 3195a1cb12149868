// The supervisor: starts everything in order, watches it, and stops it in reverse. Called by bin/start.mjs once
// packages, Prisma client and build are there.
import fs from 'node:fs/promises';
import path from 'node:path';
import { createSignInLink, START_LINK_MINUTES } from '@/lib/auth';
import { type Config, config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { lockDataDir } from '@/lib/services/data-lock';
import { demoServices } from '@/lib/services/demo';
import { checkDiskSpace } from '@/lib/services/disk-space';
import { GuardService, waitForOldGuard } from '@/lib/services/guard-service';
import { Lifecycle, type Say, Stopping } from '@/lib/services/lifecycle';
import { StoreService } from '@/lib/services/store-service';
import { webService } from '@/lib/services/web-service';
import { workerService } from '@/lib/services/worker-service';
import { openStore, type Store } from '@/lib/store/client';
import { migrate } from '@/lib/store/migrate';
import { addTarget } from '@/lib/targets/registry';
import { terminal } from './lib/terminal';

export interface StartOptions {
  root: string;
  dev: boolean;
  demo: boolean;
}

const GB = 1e9;
const supervisor = { userId: null, name: 'supervisor', role: 'admin', via: 'cli' } as const;

/** Runs until a signal or a failure; resolves with the exit code once everything has ended. */
export async function start(options: StartOptions): Promise<number> {
  const say = terminal();
  const lifecycle = new Lifecycle(say);
  let failure: string | undefined;
  const over = new Promise<void>((resolve) => {
    // However often it is pressed: one stop, which has time limits of its own.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (!lifecycle.stopping) say('\nStopping …');
        void lifecycle.stop().then(resolve);
      });
    }
    const fail = (message: string) => {
      failure ??= message;
      void lifecycle.stop().then(resolve);
    };
    run(lifecycle, config(), options, say, fail).catch((error) => {
      if (error instanceof Stopping || lifecycle.stopping) return;
      fail(error instanceof AppError ? error.message : String(error?.stack ?? error));
    });
  });
  await over;
  if (failure === undefined) {
    say('Stopped.');
    return 0;
  }
  say(`\n✗ ${failure}`);
  return 1;
}

async function run(
  lifecycle: Lifecycle,
  settings: Config,
  { root, dev, demo }: StartOptions,
  say: Say,
  fail: (message: string) => void,
): Promise<void> {
  const { dataDir } = settings;
  const withDemo = demo && settings.demo;
  await lifecycle.step('disk', () => checkDiskSpace(dataDir, withDemo ? 3 * GB : 0.5 * GB));
  await fs.mkdir(path.join(dataDir, 'logs'), { recursive: true });
  await lifecycle.step('data', () => takeDataDir(lifecycle, dataDir, say));
  await lifecycle.startQuietly(new GuardService({ root, dataDir }));

  const common = { dataDir, say, onGone: fail };
  const storeService = new StoreService({ ...common, databaseUrl: settings.databaseUrl });
  await lifecycle.start(storeService);
  await lifecycle.step('schema', async () => {
    const applied = await migrate(storeService.url);
    return applied.length === 0
      ? 'up to date'
      : `${applied.length} migration${applied.length > 1 ? 's' : ''} applied`;
  });
  const store = await openStore(storeService.url, { max: 3 });
  await lifecycle.onStop('store connection', () => store.close());

  if (withDemo) await startDemo(lifecycle, store, dataDir, say);
  await lifecycle.start(workerService({ ...common, root, storeUrl: storeService.url, dev }));
  const { host, port } = settings;
  const web = webService({ ...common, root, storeUrl: storeService.url, host, port, dev });
  await lifecycle.start(web);

  const link = await createSignInLink(store, {
    userName: 'owner',
    role: 'admin',
    validMinutes: START_LINK_MINUTES,
    restore: true,
  });
  const address = settings.publicUrl ?? web.address();
  say(
    `\nRatchet runs at ${address}\nSign in (once, within 24 hours): ${address}${link.path}\nCtrl-C stops everything.\n`,
  );
}

async function takeDataDir(lifecycle: Lifecycle, dataDir: string, say: Say): Promise<string> {
  const lock = await lockDataDir(dataDir);
  await lifecycle.onStop('lock', lock.release);
  if (lock.tookOver) await waitForOldGuard(dataDir, say);
  return lock.tookOver ? `${dataDir} (the last run was killed; carrying on)` : dataDir;
}

/** Starts the demo stack and registers it. A demo that cannot start does not keep Ratchet from running. */
async function startDemo(lifecycle: Lifecycle, store: Store, dataDir: string, say: Say): Promise<void> {
  const services = demoServices({ dataDir, say });
  try {
    for (const service of services) await lifecycle.start(service);
    await lifecycle.step('demo', async () => {
      const targets = services.targets();
      for (const target of targets) await addTarget(store, supervisor, { stack: 'demo', ...target });
      return `${targets.length} targets registered`;
    });
  } catch (error) {
    if (error instanceof Stopping || lifecycle.stopping) throw error;
    say(
      `! demo      could not be started, and Ratchet goes on without it: ${error instanceof Error ? error.message : error}`,
    );
    say('            (npm start -- --no-demo leaves it out)');
  }
}
