import type { Connection } from '@/lib/contracts/target';
import { dockerEndpoint } from './docker/endpoint';
import { httpBase } from './http/base';
import { postgresAddress } from './postgres/connect';
import { redisEndpoint } from './redis/endpoint';

/**
 * Where a connection leads, as it may be shown and logged: built from host, port, database or path alone,
 * so that nothing of a user name, password, query or fragment can be in it.
 * @throws AppError bad-input on an address that cannot be read; its message does not repeat the address
 */
export function addressOf(connection: Connection): string {
  switch (connection.kind) {
    case 'postgres':
      return bracketed(postgresAddress(connection.url));
    case 'redis': {
      const endpoint = redisEndpoint(connection.url);
      const database = endpoint.db === 0 ? '' : `/${endpoint.db}`;
      if (endpoint.sentinel) {
        const { name, hosts } = endpoint.sentinel;
        return `${name}${database} by sentinels ${hosts.map((h) => hostPort(h.host, h.port)).join(', ')}`;
      }
      return endpoint.path
        ? `${endpoint.path}${database && `#${endpoint.db}`}`
        : `${hostPort(endpoint.host, endpoint.port)}${database}`;
    }
    case 'docker': {
      const endpoint = dockerEndpoint(connection.socket);
      return endpoint.socketPath ?? hostPort(endpoint.host, endpoint.port);
    }
    case 'http': {
      const { url } = httpBase(connection);
      return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
    }
  }
}

/** An IPv6 host in brackets, so that the port can be told from it. */
const bracketed = (address: string) => address.replace(/^([0-9a-f]*:[0-9a-f:.]*):(\d+)\//i, '[$1]:$2/');

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
