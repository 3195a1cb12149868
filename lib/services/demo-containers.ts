import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import Docker from 'dockerode';
import { config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { buildDemoImage } from './demo-image';
import type { Say } from './lifecycle';

export interface ContainersOptions {
  root: string;
  dataDir: string;
  say: Say;
  /** Environment of one of so many agents. */
  env(agents: number): Record<string, string>;
}

const label = 'ratchet.demo';
const settleMs = 400;

/**
 * The demo's traffic agents as containers, in the state a team finds itself in: no memory limit, no CPU shares,
 * no restart policy. Everything that belongs to this data folder carries its label and is removed at the end.
 */
export class DemoContainers {
  readonly count = 2;
  readonly prefix: string;
  readonly #mark: string;
  #docker: Docker | null = null;
  #socket: string | null = null;
  #stopping = false;

  constructor(readonly options: ContainersOptions) {
    this.#mark = createHash('sha256').update(options.dataDir).digest('hex').slice(0, 6);
    this.prefix = `ratchet-demo-${this.#mark}-`;
  }

  get socket(): string | null {
    return this.#socket;
  }

  /** Starts the agents. False when no engine answers or none can be made; `say` has told why. */
  async start(): Promise<boolean> {
    const socket = await findSocket();
    if (!socket) return false;
    this.#docker = dockerAt(socket);
    try {
      await this.#docker.ping();
    } catch {
      return false;
    }
    try {
      await this.#removeAll();
      const image = await buildDemoImage(this.#docker, this.options.root, this.options.say);
      for (let i = 1; i <= this.count && !this.#stopping; i++) await this.#run(image, i);
    } catch (error) {
      if (this.#stopping) return true;
      const why = error instanceof Error ? error.message : String(error);
      this.options.say(
        `! demo-load the containers could not be made (${why}); a process makes the traffic instead`,
      );
      await this.#removeAll();
      return false;
    }
    // A stop that came in the meantime removed what was there then.
    if (this.#stopping) {
      await this.#removeAll();
      return true;
    }
    this.#socket = socket;
    return true;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#docker) await this.#removeAll();
    this.#socket = null;
  }

  async #run(image: string, number: number): Promise<void> {
    const env = { ...this.options.env(this.count), DEMO_SEED: String(number), NODE_OPTIONS: '' };
    const container = await this.#docker?.createContainer({
      name: `${this.prefix}agent-${number}`,
      Image: image,
      Cmd: ['/node', '/demo/traffic/traffic.mjs'],
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      Labels: { [label]: this.#mark },
      HostConfig: { NetworkMode: 'host' },
    });
    await container?.start();
    if (container) await staysUp(container);
  }

  /** Removes this data folder's containers, those of a crashed run too. */
  async #removeAll(): Promise<void> {
    const docker = this.#docker;
    if (!docker) return;
    const found = await docker.listContainers({ all: true, filters: { label: [`${label}=${this.#mark}`] } });
    await Promise.all(
      found.map((c) =>
        docker
          .getContainer(c.Id)
          .remove({ force: true })
          .catch((error: { statusCode?: number }) => {
            // Gone already, or being removed.
            if (error.statusCode !== 404 && error.statusCode !== 409) throw error;
          }),
      ),
    );
  }
}

/** A program that lacks a library ends at once: waits a moment and throws with its output when it has ended. */
async function staysUp(container: Docker.Container): Promise<void> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), settleMs);
  const ended = await container
    .wait({ abortSignal: patience.signal })
    .then((result: { StatusCode: number }) => result.StatusCode)
    .catch((error: unknown) => {
      if (patience.signal.aborted) return null;
      throw error;
    });
  clearTimeout(timer);
  if (ended === null) return;
  const output = (await container.logs({ stdout: true, stderr: true, tail: 30 })).toString('utf8');
  // Each piece of the log stream has a header of 8 bytes, which holds control characters.
  const lines = output.split('\n').map((line) => line.replace(/[^\x20-\x7e]+/g, ' ').trim());
  const line = lines.find((l) => /error/i.test(l)) ?? lines.filter(Boolean).at(-1) ?? 'it printed nothing';
  throw new AppError('internal', `an agent ended at once with code ${ended}: ${line.slice(0, 300)}`);
}

async function findSocket(): Promise<string | null> {
  const given = config().dockerHost;
  if (given) return given;
  const usual = '/var/run/docker.sock';
  return fs.access(usual).then(
    () => usual,
    () => null,
  );
}

function dockerAt(socket: string): Docker {
  if (socket.startsWith('tcp://')) {
    const url = new URL(socket);
    return new Docker({ host: url.hostname, port: Number(url.port || 2375), timeout: 20_000 });
  }
  return new Docker({ socketPath: socket.replace(/^unix:\/\//, ''), timeout: 20_000 });
}
