import path from 'node:path';
import type { Volumes } from '@/demo/schema/volumes';
import { ChildService } from './child-process';
import { DemoContainers } from './demo-containers';
import type { Say, Service } from './lifecycle';
import { readyMessage } from './ready';

export interface TrafficOptions {
  root: string;
  dataDir: string;
  volumes: Volumes;
  api(): string;
  say: Say;
  onGone(message: string): void;
}

/** Requests per second of all agents together; light enough that two cores are not drowned before any change. */
const rate = 2;

/** The demo's users: a light load on the API, from containers where a Docker engine answers, else from a child. */
export class DemoTraffic implements Service {
  readonly name = 'demo-load';
  #containers: DemoContainers | null = null;
  #child: ChildService | null = null;

  constructor(readonly options: TrafficOptions) {}

  /** Socket of the Docker engine that runs the agents; null without one. */
  get socket(): string | null {
    return this.#containers?.socket ?? null;
  }

  get containerPrefix(): string {
    return this.#containers?.prefix ?? '';
  }

  describe(): string {
    return this.#containers?.socket
      ? `${rate} requests/s from ${this.#containers.count} containers`
      : `${rate} requests/s from a process; no Docker engine answers, so the demo has no containers`;
  }

  async start(): Promise<void> {
    const { root, dataDir, say, onGone } = this.options;
    const containers = new DemoContainers({ root, dataDir, say, env: (agents) => this.#env(rate / agents) });
    this.#containers = containers;
    if (await containers.start()) return;
    const child = new ChildService({
      name: 'demo-load',
      command: async () => ({
        program: process.execPath,
        args: [path.join(root, 'demo/traffic/traffic.mjs')],
        env: this.#env(rate),
      }),
      ready: readyMessage,
      logFile: path.join(dataDir, 'logs', 'demo-load.log'),
      say,
      onGone,
    });
    this.#child = child;
    await child.start();
  }

  async stop(): Promise<void> {
    await this.#containers?.stop();
    await this.#child?.stop();
  }

  #env(requestsPerSecond: number): Record<string, string> {
    const { volumes, api } = this.options;
    return {
      DEMO_API: api(),
      DEMO_USERS: String(volumes.users),
      DEMO_SESSIONS: String(volumes.sessions),
      DEMO_RATE: String(requestsPerSecond),
    };
  }
}
