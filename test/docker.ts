import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';

const run = promisify(execFile);

/** Usual place of the engine's socket; DOCKER_HOST names another. */
export const dockerSocket = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';

/**
 * Why tests with containers cannot run here, or null when they can. In CI (`CI=true`) that is a failure: it throws.
 */
export async function dockerMissing(): Promise<string | null> {
  const why = await reason();
  if (why !== null && process.env.CI === 'true') throw new Error(`CI needs a Docker engine: ${why}`);
  return why;
}

async function reason(): Promise<string | null> {
  const found = await fs.access('/bin/busybox').then(
    () => true,
    () => false,
  );
  if (!found) return 'there is no /bin/busybox to make an image of (package busybox-static)';
  try {
    await new Docker({ socketPath: dockerSocket.replace(/^unix:\/\//, ''), timeout: 5_000 }).ping();
    return null;
  } catch (error) {
    return `no Docker engine answers at ${dockerSocket} (${error instanceof Error ? error.message : String(error)})`;
  }
}

export interface Busybox {
  docker: Docker;
  /** Starts a container that runs a shell script; its name begins with the prefix of this call. */
  start(
    name: string,
    script: string,
    hostConfig?: Docker.HostConfig,
    labels?: Record<string, string>,
  ): Promise<Docker.Container>;
  prefix: string;
  stop(): Promise<void>;
}

/** An image with nothing but busybox, made without a registry, and containers of it. */
export async function startBusybox(): Promise<Busybox> {
  const docker = new Docker({ socketPath: dockerSocket.replace(/^unix:\/\//, ''), timeout: 30_000 });
  const prefix = `ratchet-test-${process.pid}-${Date.now().toString(36)}-`;
  const tag = `${prefix}image`;
  const root = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-busybox-'));
  const archive = `${root}.tar`;
  try {
    for (const dir of ['bin', 'tmp', 'proc', 'sys', 'dev']) await fs.mkdir(path.join(root, dir));
    await fs.copyFile('/bin/busybox', path.join(root, 'bin/busybox'));
    await fs.symlink('busybox', path.join(root, 'bin/sh'));
    await run('tar', ['-C', root, '-cf', archive, '.']);
    const stream = await docker.importImage(archive, { repo: tag, tag: 'latest' });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
    });
  } finally {
    await fs.rm(root, { recursive: true, force: true });
    await fs.rm(archive, { force: true });
  }
  const containers: Docker.Container[] = [];
  return {
    docker,
    prefix,
    start: async (name, script, hostConfig = {}, labels = {}) => {
      const container = await docker.createContainer({
        name: `${prefix}${name}`,
        Image: `${tag}:latest`,
        Cmd: ['/bin/sh', '-c', script],
        HostConfig: { NetworkMode: 'none', ...hostConfig },
        Labels: labels,
      });
      containers.push(container);
      await container.start();
      return container;
    },
    stop: async () => {
      await Promise.all(containers.map((c) => c.remove({ force: true, v: true }).catch(ignoreGone)));
      await docker.getImage(`${tag}:latest`).remove({ force: true });
    },
  };
}

function ignoreGone(error: { statusCode?: number }): void {
  if (error.statusCode !== 404) throw error;
}
