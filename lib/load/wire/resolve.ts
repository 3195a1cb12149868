import { lookup } from 'node:dns/promises';
import net from 'node:net';
import os from 'node:os';
import { AppError } from '../../contracts/error';
import { reason } from '../senders';

/** Where requests go: the name is resolved once, so that it cannot come to mean another machine during a run. */
export interface Origin {
  /** Scheme, host and port. */
  origin: string;
  host: string;
  port: number;
  secure: boolean;
  /** The IP address that took a connection. */
  address: string;
  /** It is an address of this machine. */
  local: boolean;
}

const connectMs = 10_000;

/**
 * Finds the address of a base URL by connecting to it. Throws AppError: `unreachable` when no address takes a connection,
 * `bad-input` for another scheme.
 */
export async function resolveOrigin(baseUrl: string): Promise<Origin> {
  const url = new URL(baseUrl);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new AppError('bad-input', `${url.origin}: only http and https can be loaded.`);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  let last: unknown = new Error('it has no address');
  const addresses = await lookup(host, { all: true }).catch((error: unknown) => {
    last = error;
    return [];
  });
  for (const { address } of addresses) {
    try {
      await connectOnce(address, port);
      return { origin: url.origin, host, port, secure, address, local: isLocal(address) };
    } catch (error) {
      last = error;
    }
  }
  throw new AppError('unreachable', `${url.origin} takes no connection: ${reason(last)}`, { cause: last });
}

function connectOnce(address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: address, port, timeout: connectMs });
    socket.once('timeout', () => socket.destroy(new Error(`no answer within ${connectMs / 1000} s`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Whether all addresses of a base URL are of this machine; null when its name has none. Connects to nothing. */
export async function isLocalUrl(baseUrl: string): Promise<boolean | null> {
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, '');
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return addresses.length === 0 ? null : addresses.every((a) => isLocal(a.address));
}

/** True for a loopback address and for the addresses of this machine's own interfaces. */
export function isLocal(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  if (plain === '::1' || (net.isIPv4(plain) && plain.startsWith('127.'))) return true;
  return Object.values(os.networkInterfaces()).some((list) => list?.some((i) => i.address === plain));
}
