import { config } from '@/lib/config';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** True for a method that changes something. */
export const isMutation = (method: string) => !SAFE.has(method.toUpperCase());

/**
 * True when a browser sent this request from a page of ours: its Origin is our host (or the public URL), or,
 * where it sends no Origin, it says `Sec-Fetch-Site: same-origin`. A request with neither is refused.
 */
export function fromOwnPage(headers: Headers, publicUrl = config().publicUrl): boolean {
  const origin = headers.get('origin');
  if (origin === null) return headers.get('sec-fetch-site') === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const given = new URL(origin);
  if (publicUrl && given.origin === new URL(publicUrl).origin) return true;
  return given.host === headers.get('host');
}
