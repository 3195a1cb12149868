import net, { type AddressInfo, type Socket } from 'node:net';

/**
 * What stands between Ratchet and a server: `pass` relays, `slow` relays each piece late, `hang` takes what is sent and
 * relays nothing, `nonsense` answers everything with bytes of no protocol, `refuse` closes every connection.
 */
export type Fault = 'pass' | 'slow' | 'hang' | 'nonsense' | 'refuse';

export interface FaultProxy {
  port: number;
  /** Takes effect on open connections too. */
  set(fault: Fault): void;
  stop(): Promise<void>;
}

const delayMs = 60;

/** Starts a TCP proxy in front of a real server: a socket path, or a port of this machine. */
export async function startFaultProxy(to: { port: number } | { path: string }): Promise<FaultProxy> {
  let fault: Fault = 'pass';
  const open = new Set<Socket>();
  const server = net.createServer((incoming) => {
    const target = 'path' in to ? net.connect(to.path) : net.connect(to.port, '127.0.0.1');
    const close = () => {
      incoming.destroy();
      target.destroy();
      open.delete(incoming);
    };
    open.add(incoming);
    const relay = (from: Socket, into: Socket, answers: boolean) => {
      from.on('data', (data) => {
        if (fault === 'refuse') close();
        else if (fault === 'nonsense' && !answers) incoming.write('\0\x01 nonsense \xff\r\n\r\n');
        else if (fault === 'pass') into.write(data);
        else if (fault === 'slow') setTimeout(() => into.write(data), delayMs);
      });
      from.on('error', close);
      from.on('close', close);
    };
    relay(incoming, target, false);
    relay(target, incoming, true);
    if (fault === 'refuse') close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    set: (next) => {
      fault = next;
      if (next === 'refuse') for (const socket of open) socket.destroy();
    },
    stop: () => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
