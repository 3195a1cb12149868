import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { startObserver } from '@/lib/observe/scheduler';
import { lockDataDir } from '@/lib/services/data-lock';
import { demoServices } from '@/lib/services/demo';
import { Lifecycle } from '@/lib/services/lifecycle';
import { StoreService } from '@/lib/services/store-service';
import { openStore, readStoreFile, type Store } from '@/lib/store/client';
import { migrate } from '@/lib/store/migrate';
import { addTarget } from '@/lib/targets/registry';
import { cliActor } from './actor';
import { note } from './output';

/** So long a demo that was just started serves its traffic before anything is concluded from its statistics. */
const DEMO_TRAFFIC_MS = 30_000;

export interface StoreOptions {
  /** Start the demo stack too, when no installation is running. */
  demo?: boolean;
}

/**
 * Runs `work` with the store of the running installation; when none is running, with the embedded one (or
 * DATABASE_URL), started for the length of the command. Everything started is stopped, whatever happens.
 */
export async function withStore<T>(
  work: (store: Store) => Promise<T>,
  options: StoreOptions = {},
): Promise<T> {
  const running = await runningStore();
  if (running) {
    try {
      return await work(running);
    } finally {
      await running.close();
    }
  }
  const lifecycle = new Lifecycle(note);
  try {
    return await work(await ownStore(lifecycle, options));
  } finally {
    await lifecycle.stop();
  }
}

/** The store of the running installation, or null. */
async function runningStore(): Promise<Store | null> {
  const { storeUrl, dataDir } = config();
  const written = storeUrl === undefined ? await readStoreFile(dataDir) : { url: storeUrl };
  if (!written) return null;
  try {
    return await openStore(written.url, { max: 4 });
  } catch (error) {
    if (storeUrl !== undefined || !(error instanceof AppError)) throw error;
    return null; // Left behind by a run that was killed.
  }
}

async function ownStore(lifecycle: Lifecycle, options: StoreOptions): Promise<Store> {
  const { dataDir, databaseUrl } = config();
  await fs.mkdir(path.join(dataDir, 'logs'), { recursive: true });
  const lock = await lockDataDir(dataDir);
  await lifecycle.onStop('lock', lock.release);
  let gone: string | undefined;
  const service = new StoreService({
    dataDir,
    databaseUrl,
    say: note,
    onGone: (message) => {
      gone = message;
      note(`✗ ${message}`);
    },
  });
  await lifecycle.start(service);
  await migrate(service.url);
  const store = await openStore(service.url, { max: 6 });
  await lifecycle.onStop('store connection', () => store.close());
  if (options.demo) await startDemo(lifecycle, store, dataDir);
  if (gone !== undefined) throw new AppError('internal', gone);
  return store;
}

async function startDemo(lifecycle: Lifecycle, store: Store, dataDir: string): Promise<void> {
  const services = demoServices({ dataDir, say: note });
  for (const service of services) await lifecycle.start(service);
  for (const target of services.targets()) await addTarget(store, cliActor(), { stack: 'demo', ...target });
  // Some remedies are sized by what was sampled over minutes, as the worker of an installation does all the time.
  const observer = await startObserver(store);
  await lifecycle.onStop('observer', () => observer.stop());
  note(`… demo      serving its traffic for ${DEMO_TRAFFIC_MS / 1000} s, so that there is something to see`);
  await sleep(DEMO_TRAFFIC_MS);
}
