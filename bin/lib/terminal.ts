import type { Say } from '@/lib/services/lifecycle';

/**
 * Writes lines for people. A line that begins with `…` is progress: on a terminal the next line takes its
 * place; elsewhere it stays.
 */
export function terminal(out: NodeJS.WriteStream = process.stdout): Say {
  let transient = false;
  return (line) => {
    const erase = transient ? '\r\x1b[2K' : '';
    transient = Boolean(out.isTTY) && line.startsWith('…');
    const fit = transient ? line.slice(0, Math.max(20, (out.columns ?? 80) - 1)) : line;
    out.write(`${erase}${fit}${transient ? '' : '\n'}`);
  };
}
