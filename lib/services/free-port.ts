import net from 'node:net';
import { AppError } from '@/lib/contracts/error';

/** How many ports after the preferred one are tried, before the system chooses. */
const NEXT_PORTS = 20;

/**
 * The preferred port when it is free on `host`, else the next free one after it, else one that the system
 * chooses; with 0, the system chooses. Throws AppError('bad-input') when the host is not of this machine or
 * the port needs a privilege.
 */
export async function freePort(preferred = 0, host = '127.0.0.1'): Promise<number> {
  const last = preferred === 0 ? 0 : Math.min(preferred + NEXT_PORTS, 65_535);
  for (let port = preferred; port <= last; port += 1) {
    const got = await tryPort(port, host);
    if (got !== null) return got;
  }
  const any = await tryPort(0, host);
  if (any === null) throw new AppError('internal', `There is no free TCP port on ${host}.`);
  return any;
}

function tryPort(port: number, host: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(new AppError('bad-input', why(error, port, host), { cause: error }));
    });
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const got = typeof address === 'object' && address ? address.port : null;
      server.close(() => resolve(got));
    });
  });
}

function why(error: NodeJS.ErrnoException, port: number, host: string): string {
  if (error.code === 'EACCES')
    return `Port ${port} needs a privilege that this user lacks. Choose one above 1023 (PORT=…).`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `HOST=${host} is not an address of this machine.`;
  return `Cannot listen on ${host}, port ${port}: ${error.message}`;
}
