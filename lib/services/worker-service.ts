import path from 'node:path';
import { environment } from '@/lib/config';
import { ChildService } from './child-process';
import type { Say } from './lifecycle';
import { readyMessage } from './ready';
import { smallProcess } from './small-process';

export interface WorkerOptions {
  root: string;
  dataDir: string;
  storeUrl: string;
  /** From its TypeScript in place of the build. */
  dev: boolean;
  say: Say;
  onGone(message: string): void;
}

/** The worker process: collectors, jobs, trials. */
export function workerService(options: WorkerOptions): ChildService {
  return new ChildService({
    name: 'worker',
    logFile: path.join(options.dataDir, 'logs', 'worker.log'),
    command: async () => {
      const small = smallProcess(environment());
      const worker = options.dev
        ? ['--import', 'tsx', path.join(options.root, 'bin/worker.ts')]
        : [path.join(options.root, 'dist/worker.mjs')];
      return {
        program: process.execPath,
        args: [...small.args, ...worker],
        env: {
          ...small.env,
          NODE_ENV: 'production',
          RATCHET_STORE_URL: options.storeUrl,
          RATCHET_DATA_DIR: options.dataDir,
        },
      };
    },
    ready: readyMessage,
    // Settling what a crash left may build or drop an index.
    readyTimeoutMs: 180_000,
    // It gives running jobs 10 s to put things back.
    stopMs: 20_000,
    say: options.say,
    onGone: options.onGone,
    describe: () => 'jobs and collectors',
  });
}
