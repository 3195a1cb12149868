import { AppError } from '@/lib/contracts/error';
import type { TargetOptions } from '@/lib/contracts/target';
import { type HttpConnection, httpBase } from './base';

/** Origins that may be called for a service: those its admin listed, else that of its base URL. */
export function allowedOrigins(
  connection: HttpConnection,
  options: Pick<TargetOptions, 'allowedOrigins'>,
): string[] {
  const listed = options.allowedOrigins?.map(originOf);
  return listed && listed.length > 0 ? listed : [httpBase(connection).url.origin];
}

/**
 * The URL of a path of a service. Resolved as a browser would, then checked, so that `//host/` and absolute
 * URLs cannot lead elsewhere.
 * @throws AppError not-allowed when the origin is not one of `origins`
 */
export function allowedUrl(base: URL, path: string, origins: readonly string[]): URL {
  const prefix = base.pathname.replace(/\/$/, '');
  const absolute = /^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('//') || path.startsWith('/\\');
  const url = new URL(absolute ? path : `${prefix}${path}`, base);
  if (origins.includes(url.origin) && url.username === '' && url.password === '') return url;
  throw new AppError(
    'not-allowed',
    `${url.origin} is not among the addresses allowed for this service (${origins.join(', ')}). An admin can add it to allowedOrigins.`,
  );
}

function originOf(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).origin;
  throw new AppError('bad-input', 'An allowed origin looks like https://host:port.', {
    field: 'allowedOrigins',
  });
}
