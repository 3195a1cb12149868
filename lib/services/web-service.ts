import path from 'node:path';
import { environment } from '@/lib/config';
import { ChildService } from './child-process';
import { freePort } from './free-port';
import type { Say } from './lifecycle';
import { readyHttp } from './ready';
import { smallProcess } from './small-process';

export interface WebOptions {
  root: string;
  dataDir: string;
  storeUrl: string;
  host: string;
  port: number;
  dev: boolean;
  say: Say;
  onGone(message: string): void;
}

/** The web process: `next start` (or `next dev`) on the wanted port, or the next free one, which it says. */
export function webService(options: WebOptions): ChildService & { address(): string } {
  const { root, host, say } = options;
  let port = options.port;
  const dial =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : dial;
  const service = new ChildService({
    name: 'web',
    logFile: path.join(options.dataDir, 'logs', 'web.log'),
    async command() {
      const got = await freePort(port, host);
      if (port !== 0 && got !== port) say(`! web       port ${port} is busy; using ${got}`);
      port = got;
      const next = path.join(root, 'node_modules/next/dist/bin/next');
      // `next dev` compiles in the same process, and wants room.
      const small = options.dev ? { args: [], env: {} } : smallProcess(environment());
      return {
        program: process.execPath,
        args: [
          ...small.args,
          ...[next, options.dev ? 'dev' : 'start', root, '--hostname', host, '--port', String(port)],
        ],
        env: {
          ...small.env,
          NODE_ENV: options.dev ? 'development' : 'production',
          NEXT_TELEMETRY_DISABLED: '1',
          RATCHET_STORE_URL: options.storeUrl,
          RATCHET_DATA_DIR: options.dataDir,
        },
      };
    },
    ready: (_child, signal) => readyHttp(`http://${dial}:${port}/api/v1/health`, signal),
    readyTimeoutMs: options.dev ? 180_000 : 60_000,
    // Streams are closed by the process itself; the rest is soon done.
    stopMs: 5_000,
    say,
    onGone: options.onGone,
    describe: () => `http://${shown}:${port}`,
  });
  return Object.assign(service, { address: () => `http://${shown}:${port}` });
}
