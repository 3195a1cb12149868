import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/** A body as text, decompressed as its `content-encoding` says; null when it cannot be, or is larger than `maxBytes`. */
export function decodeBody(parts: readonly Buffer[], encoding: string, maxBytes: number): string | null {
  const whole = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  const o = { maxOutputLength: maxBytes };
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(whole, o).toString('utf8');
    if (encoding === 'deflate') return inflateSync(whole, o).toString('utf8');
    if (encoding === 'br') return brotliDecompressSync(whole, o).toString('utf8');
    return whole.toString('utf8');
  } catch {
    return null;
  }
}
