import { AppError } from '@/lib/contracts/error';
import type { Connection } from '@/lib/contracts/target';

export type HttpConnection = Extract<Connection, { kind: 'http' }>;

/**
 * Base URL of a service without credentials, and the headers to send: a user and password in the URL become
 * basic authentication, since a request must not carry them in its address.
 * @throws AppError bad-input
 */
export function httpBase(connection: HttpConnection): { url: URL; headers: Record<string, string> } {
  const url = URL.canParse(connection.baseUrl) ? new URL(connection.baseUrl) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new AppError('bad-input', 'The base URL of a service starts with http:// or https://.', {
      field: 'baseUrl',
    });
  }
  const headers = { ...connection.headers };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if ((url.username || url.password) && !named) {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  url.username = '';
  url.password = '';
  url.search = '';
  url.hash = '';
  return { url, headers };
}
