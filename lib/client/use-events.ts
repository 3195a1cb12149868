'use client';
import { useEffect, useRef, useState } from 'react';

export type StreamState = 'off' | 'connecting' | 'open' | 'broken';

/**
 * Listens to server-sent events while `url` is given. Handlers may change between renders without a new connection.
 * The browser reconnects by itself; `broken` says that it is trying, so that a page can mark its figures as old.
 * The event `end` closes the stream for good.
 */
export function useEvents(
  url: string | null,
  handlers: Record<string, (data: unknown) => void>,
): StreamState {
  const [state, setState] = useState<StreamState>('off');
  const latest = useRef(handlers);
  latest.current = handlers;
  const names = Object.keys(handlers).sort().join(',');

  useEffect(() => {
    if (url === null) {
      setState('off');
      return;
    }
    setState('connecting');
    const source = new EventSource(url);
    source.onopen = () => setState('open');
    source.onerror = () => setState(source.readyState === EventSource.CLOSED ? 'broken' : 'connecting');
    const listen = (name: string) =>
      source.addEventListener(name, (event) => {
        latest.current[name]?.(parse((event as MessageEvent<string>).data));
        if (name === 'end') {
          source.close();
          setState('off');
        }
      });
    for (const name of new Set([...names.split(','), 'end'])) if (name !== '') listen(name);
    return () => source.close();
  }, [url, names]);

  return state;
}

/** An event may carry no JSON at all (an `end` without a body). */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
