import { AppError } from '../contracts/error';
import { encodeHistogram } from '../stats/histogram';
import { openClients } from './clients';
import { ClosedLoop, type LoopResult } from './closed-loop';
import {
  type FromGenerator,
  GeneratorConfig,
  SegmentOptions,
  type SegmentResult,
  type ToGenerator,
} from './protocol';

/** The generator process: takes its orders over IPC and ends with its parent. */
export function runGeneratorProcess(): void {
  let loop: ClosedLoop | null = null;
  let close: () => Promise<void> = async () => {};
  const tell = (message: FromGenerator): void => {
    if (process.connected) process.send?.(message);
  };
  const fail = (error: unknown): void => {
    const known = error instanceof AppError ? error : null;
    const code = known?.code === 'unreachable' || known?.code === 'bad-input' ? known.code : 'internal';
    tell({ type: 'failed', code, message: error instanceof Error ? error.message : String(error) });
  };
  const start = async (raw: unknown): Promise<void> => {
    const config = GeneratorConfig.parse(raw);
    const opened = await openClients(config);
    close = opened.close;
    loop = new ClosedLoop(config.workload, opened.clients);
    tell({ type: 'ready' });
  };
  const segment = async (id: number, raw: unknown): Promise<void> => {
    if (!loop) throw new Error('segment asked for before the generator was ready');
    const result = await loop.segment(SegmentOptions.parse(raw));
    tell({ type: 'segment', id, result: encode(loop, result) });
  };
  process.on('message', (message: ToGenerator) => {
    if (message.type === 'start') start(message.config).catch(fail);
    else if (message.type === 'segment') segment(message.id, message.options).catch(fail);
    else void close().finally(() => process.exit(0));
  });
  // The parent is gone: nobody wants the load any more. Open transactions end with their connections.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C in a terminal reaches the whole process group; the parent decides when the generator ends.
  process.on('SIGINT', () => {});
  tell({ type: 'booted' });
}

function encode(loop: ClosedLoop, r: LoopResult): SegmentResult {
  const endpoints: SegmentResult['endpoints'] = {};
  loop.workload.probes.forEach((probe, i) => {
    const figures = r.probes[i];
    if (!figures) return;
    const { errors, count, histogram } = figures;
    endpoints[probe.name] = { errors, count, histogram: encodeHistogram(histogram) };
  });
  return {
    startedAt: r.startedAt.toISOString(),
    durationMs: r.durationMs,
    endpoints,
    generator: r.health,
    ...(r.firstError === null ? {} : { firstError: r.firstError }),
  };
}
