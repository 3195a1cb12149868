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
  /** Whether the server's certificate is checked; only an address that says so leaves it unchecked. */
  verify: boolean;
  /** Asked for the address of the primary of this name, which is then connected to as above. */
  sentinel?: Sentinel;
}

export interface Sentinel {
  /** Name of the primary, as the sentinels know it. */
  name: string;
  hosts: { host: string; port: number }[];
  username: string | undefined;
  password: string | undefined;
}

const schemes = ['redis:', 'rediss:', 'valkey:', 'valkeys:'];
const sentinelScheme = /^(?:redis|rediss|valkey|valkeys)[+-]sentinel:\/\//i;
const clusterScheme = /^(?:redis|rediss|valkey|valkeys)[+-]cluster:\/\//i;
const socketSchemes = ['unix:', 'redis+unix:', 'redis+socket:', 'redis-socket:'];

/**
 * Reads a Redis address: `redis://[user:password@]host[:port][/db]`, the same with `rediss://` (TLS),
 * `unix:///path?db=1`, a bare path of a socket, or `host:port`. `?db=`, `?username=`, `?password=` are understood, and
 * `?skip_verify=true` for a certificate that nobody vouches for. Behind Sentinel:
 * `redis+sentinel://[user:password@]host1[:26379][,host2…]/name[/db][?sentinelUsername=…&sentinelPassword=…]`, where user
 * and password are the server's and `rediss+sentinel` uses TLS to all.
 * @throws AppError bad-input; the message never repeats the address
 */
export function redisEndpoint(address: string): RedisEndpoint {
  const text = address.trim();
  if (text.startsWith('/')) return socket(new URL(`unix://${text}`));
  if (clusterScheme.test(text)) throw cluster();
  if (sentinelScheme.test(text)) return behindSentinel(text);
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
    verify: url.searchParams.get('skip_verify') !== 'true',
  };
}

/** Several hosts are no URL: they are taken out, and the rest is read as one. */
function behindSentinel(text: string): RedisEndpoint {
  const parts =
    /^(rediss?|valkeys?)[+-]sentinel:\/\/(?:([^@/?#]*)@)?([^/?#]+)\/([^/?#]+)(\/[^?#]*)?(\?[^#]*)?$/i.exec(
      text,
    );
  if (!parts) throw malformed();
  const [, scheme = '', user, hosts = '', name = '', db = '', query = ''] = parts;
  const url = parse(`redis://${user === undefined ? '' : `${user}@`}sentinel${db}${query}`);
  const options = url.searchParams;
  return {
    host: '',
    port: 0,
    path: undefined,
    ...credentials(url),
    db: database(options.get('db') ?? db.replace(/^\//, '')),
    tls: /s$/i.test(scheme) && !/^redis$/i.test(scheme),
    verify: options.get('skip_verify') !== 'true',
    sentinel: {
      name: decode(name),
      hosts: hosts.split(',').map(sentinelHost),
      username: options.get('sentinelUsername') ?? undefined,
      password: options.get('sentinelPassword') ?? undefined,
    },
  };
}

function sentinelHost(text: string): { host: string; port: number } {
  const url = parse(`redis://${text}`);
  if (url.hostname === '' || url.username !== '' || url.pathname !== '') throw malformed();
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? 26379 : Number(url.port) };
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
    verify: true,
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
      '/path/to/redis.sock, or redis+sentinel://host:26379,host:26379/name behind Sentinel; special characters in the ' +
      'password are percent-encoded.',
    { field: 'url' },
  );

const cluster = () =>
  new AppError(
    'bad-input',
    'Ratchet watches the nodes of a Redis Cluster one by one: add each as a target of its own, with redis://host:port.',
    { field: 'url' },
  );
