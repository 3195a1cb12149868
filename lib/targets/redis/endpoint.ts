import { AppError } from '@/lib/contracts/error';

/** Where and as whom to reach a Redis server. `path` (a Unix socket) stands in place of host and port. */
export interface RedisEndpoint {
  host: string;
  port: number;
  path: string | undefined;
  username: string | undefined;
  password: string | undefined;
  db: number;
  tls: boolean;
}

const schemes = ['redis:', 'rediss:', 'valkey:', 'valkeys:'];
const socketSchemes = ['unix:', 'redis+unix:', 'redis+socket:', 'redis-socket:'];

/**
 * Reads a Redis address: `redis://[user:password@]host[:port][/db]`, the same with `rediss://` (TLS),
 * `unix:///path?db=1`, a bare path of a socket, or `host:port`. `?db=`, `?username=`, `?password=` are understood.
 * @throws AppError bad-input; the message never repeats the address
 */
export function redisEndpoint(address: string): RedisEndpoint {
  const text = address.trim();
  if (text.startsWith('/')) return socket(new URL(`unix://${text}`));
  const url = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `redis://${text}`);
  if (socketSchemes.includes(url.protocol)) return socket(url);
  if (!schemes.includes(url.protocol)) throw malformed();
  return {
    host: (url.hostname || '127.0.0.1').replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    path: undefined,
    ...credentials(url),
    db: database(url.searchParams.get('db') ?? url.pathname.replace(/^\//, '')),
    tls: url.protocol.endsWith('s:') && url.protocol !== 'redis:',
  };
}

function socket(url: URL): RedisEndpoint {
  if (url.pathname === '' || url.pathname === '/') throw malformed();
  return {
    host: '',
    port: 0,
    path: decode(url.pathname),
    ...credentials(url),
    db: database(url.searchParams.get('db') ?? ''),
    tls: false,
  };
}

function credentials(url: URL): { username: string | undefined; password: string | undefined } {
  const username = decode(url.username) || url.searchParams.get('username') || undefined;
  const password = decode(url.password) || url.searchParams.get('password') || undefined;
  return { username, password };
}

function database(text: string): number {
  if (text === '') return 0;
  if (!/^\d{1,5}$/.test(text)) throw malformed();
  return Number(text);
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw malformed();
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

const malformed = () =>
  new AppError(
    'bad-input',
    'The Redis address cannot be read. It looks like redis://user:password@host:6379/0, rediss://… for TLS, or ' +
      '/path/to/redis.sock; special characters in the password are percent-encoded. Sentinel and Cluster are not supported yet.',
    { field: 'url' },
  );
