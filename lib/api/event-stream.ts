import { log } from '@/lib/config/log';
import { trackStream } from '@/lib/services/open-streams';

export type Send = (event: string, data: unknown) => void;

/**
 * Server-sent events. `produce` runs until it returns or the signal aborts (the browser left, or the server
 * is stopping). A comment every 15 s keeps proxies from closing an idle stream.
 */
export function eventStream(
  request: Request,
  produce: (send: Send, signal: AbortSignal) => Promise<void>,
): Response {
  const abort = new AbortController();
  const untrack = trackStream(() => abort.abort());
  request.signal.addEventListener('abort', () => abort.abort(), { once: true });
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      const write = (text: string) => {
        if (!abort.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const alive = setInterval(() => write(': alive\n\n'), 15_000);
      try {
        await produce(
          (event, data) => write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
          abort.signal,
        );
      } catch (error) {
        log.error({ err: error }, 'event stream failed');
        write('event: failed\ndata: {}\n\n');
      } finally {
        clearInterval(alive);
        untrack();
        try {
          controller.close();
        } catch {
          // Already closed: the browser left first.
        }
      }
    },
    cancel() {
      abort.abort();
    },
  });
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    },
  });
}
