// On globalThis: Next loads this module once per bundle, and routes and instrumentation must share the set.
const shared = globalThis as typeof globalThis & {
  ratchetStreams?: Set<() => void>;
  ratchetClosing?: boolean;
};

function open(): Set<() => void> {
  shared.ratchetStreams ??= new Set();
  return shared.ratchetStreams;
}

/**
 * Registers a stream (server-sent events) that is to be closed when the web process stops: an open one keeps
 * `next start` alive after SIGTERM for minutes. Returns what takes it off again. While stopping, `close` is
 * called at once.
 */
export function trackStream(close: () => void): () => void {
  if (shared.ratchetClosing) {
    close();
    return () => undefined;
  }
  open().add(close);
  return () => open().delete(close);
}

/** Closes every open stream, and those that come after. */
export function closeStreams(): void {
  shared.ratchetClosing = true;
  for (const close of open()) close();
  open().clear();
}
