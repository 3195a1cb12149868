import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import type { Say } from './lifecycle';

const run = promisify(execFile);
const repository = 'ratchet-demo';
const files = ['demo/traffic/traffic.mjs', 'demo/schema/identities.mjs'];

/**
 * Makes the demo's image without a registry: a root file system with this machine's node, the libraries it is
 * linked against, and the agent's files. Made once for the same content. Returns its name with tag.
 */
export async function buildDemoImage(docker: Docker, root: string, say: Say): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  for (const file of files) hash.update(await fs.readFile(path.join(root, file)));
  const tag = hash.digest('hex').slice(0, 12);
  const name = `${repository}:${tag}`;
  const exists = await docker
    .getImage(name)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (exists) return name;
  say('· demo-load making the image of the demo containers');
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-image-'));
  try {
    await fillRoot(dir, root);
    const archive = path.join(dir, '..', `${path.basename(dir)}.tar`);
    try {
      await run('tar', ['-C', dir, '-cf', archive, '.']);
      const stream = await docker.importImage(archive, { repo: repository, tag });
      await new Promise<void>((resolve, reject) => {
        docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()));
      });
    } finally {
      await fs.rm(archive, { force: true });
    }
  } finally {
    await fs.rm(dir, { recursive: true, force: true });
  }
  return name;
}

async function fillRoot(dir: string, root: string): Promise<void> {
  await fs.copyFile(process.execPath, path.join(dir, 'node'));
  await fs.chmod(path.join(dir, 'node'), 0o755);
  for (const library of await linkedLibraries(process.execPath)) {
    const to = path.join(dir, library);
    await fs.mkdir(path.dirname(to), { recursive: true });
    await fs.copyFile(await fs.realpath(library), to);
    await fs.chmod(to, 0o755);
  }
  for (const file of files) {
    const to = path.join(dir, file);
    await fs.mkdir(path.dirname(to), { recursive: true });
    await fs.copyFile(path.join(root, file), to);
  }
}

/** Absolute paths of the shared libraries of a program, its loader included; empty for a static one. */
async function linkedLibraries(program: string): Promise<string[]> {
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  return [...stdout.matchAll(/(\/\S+) \(0x/g)].flatMap((match) => (match[1] ? [match[1]] : []));
}
