import { AppError } from '@/lib/contracts/error';
import type { Connection, ConnectionPatch } from '@/lib/contracts/target';
import { httpBase } from './http/base';

/**
 * A connection with the given parts replaced. What is left out stays, null removes.
 * @throws AppError conflict when it is of another kind; bad-input when a stored secret would be sent to an origin it
 *   was not given for
 */
export function patchedConnection(current: Connection, patch: ConnectionPatch): Connection {
  if (patch.kind === 'postgres' && current.kind === 'postgres') {
    const operatorUrl = patch.operatorUrl === undefined ? current.operatorUrl : patch.operatorUrl;
    return { kind: 'postgres', url: patch.url ?? current.url, ...(operatorUrl ? { operatorUrl } : {}) };
  }
  if (patch.kind === 'redis' && current.kind === 'redis') {
    return { kind: 'redis', url: patch.url ?? current.url };
  }
  if (patch.kind === 'docker' && current.kind === 'docker') {
    return { kind: 'docker', socket: patch.socket ?? current.socket };
  }
  if (patch.kind === 'http' && current.kind === 'http') return patchedHttp(current, patch);
  throw new AppError('conflict', `A ${current.kind} target stays one. Add a new target instead.`, {
    field: 'connection.kind',
  });
}

type Http = Extract<Connection, { kind: 'http' }>;

function patchedHttp(current: Http, patch: Extract<ConnectionPatch, { kind: 'http' }>): Http {
  const knobsToken = patch.knobsToken === undefined ? current.knobsToken : patch.knobsToken;
  const tls = patch.tls === undefined ? current.tls : patch.tls;
  const next: Http = {
    kind: 'http',
    baseUrl: patch.baseUrl ?? current.baseUrl,
    headers: patch.headers ?? current.headers,
    ...(knobsToken ? { knobsToken } : {}),
    ...(tls ? { tls } : {}),
  };
  const [from, to] = [httpBase(current).url.origin, httpBase(next).url.origin];
  if (from === to) return next;
  const refuse = (what: string, field: string) =>
    new AppError(
      'bad-input',
      `The stored ${what} given for ${from} and not sent to ${to} unasked. Give them again, or remove them.`,
      { field },
    );
  if (next.knobsToken && patch.knobsToken === undefined)
    throw refuse('token of the knobs was', 'connection.knobsToken');
  if (Object.keys(next.headers).length > 0 && patch.headers === undefined)
    throw refuse('headers were', 'connection.headers');
  return next;
}
