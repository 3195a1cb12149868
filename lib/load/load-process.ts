import { AppError } from '../contracts/error';
import { Engine } from './engine/engine';
import type { FromLoad, LoadOrder, ToLoad } from './load-protocol';
import { isLocalUrl, resolveOrigin } from './wire/resolve';

/** The process that sends the load of a load test: takes its orders over IPC and ends with its parent. */
export function runLoadProcess(): void {
  let engine: Engine | null = null;
  let stopped = false;
  const tell = (message: FromLoad): void => {
    if (process.connected) process.send?.(message);
  };
  const stop = (): void => {
    stopped = true;
    engine?.stop('stopped', 'It was stopped before its end.');
  };
  const run = async (order: LoadOrder): Promise<void> => {
    const origin = await openOrigin(order);
    engine = new Engine({
      plan: order.plan,
      headers: order.headers,
      origin,
      onSecond: (second) => tell({ type: 'second', second }),
    });
    tell({ type: 'started', at: Date.now() });
    const running = engine.run();
    if (stopped) stop();
    tell({ type: 'ended', end: await running });
  };
  process.on('message', (message: ToLoad) => {
    if (message.type === 'stop') {
      stop();
      return;
    }
    run(message.order).catch((error: unknown) => {
      const known = error instanceof AppError ? error : null;
      const code =
        known?.code === 'unreachable' || known?.code === 'bad-input' || known?.code === 'not-allowed'
          ? known.code
          : 'internal';
      tell({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
    });
  });
  // The parent is gone: nobody wants the load any more.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C in a terminal reaches the whole process group; the parent decides when the load ends.
  process.on('SIGINT', () => {});
  tell({ type: 'booted' });
}

async function openOrigin({ plan, allowedOrigins, allowRemote }: LoadOrder) {
  const wanted = new URL(plan.target.baseUrl).origin;
  if (!allowedOrigins.some((o) => new URL(o).origin === wanted)) {
    throw new AppError(
      'not-allowed',
      `${plan.target.name}: ${wanted} is not among the origins that may be called. An admin can allow it in the target's options.`,
    );
  }
  const refuse = (where: string) =>
    new AppError(
      'not-allowed',
      `${where} is not on this machine. Load it only if it is yours: confirm that (--allow-remote, confirmRemote).`,
    );
  // Before anything is sent there, and again with the address that answers.
  if (!allowRemote && (await isLocalUrl(plan.target.baseUrl)) === false) throw refuse(wanted);
  const origin = await resolveOrigin(plan.target.baseUrl);
  if (!origin.local && !allowRemote) throw refuse(`${wanted} (${origin.address})`);
  return origin;
}
