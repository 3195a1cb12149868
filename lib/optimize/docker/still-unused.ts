import type Docker from 'dockerode';
import type { DockerUnused } from '@/lib/contracts/docker-snapshot';
import { dockerStatus } from '@/lib/targets/docker/errors';

/** Looks again at something that nothing used when it was found: why it is to be left, or null. */
export async function stillUnused(docker: Docker, { kind, id, name }: DockerUnused): Promise<string | null> {
  try {
    if (kind === 'container') {
      const { State } = await docker.getContainer(id).inspect();
      return State.Running || State.Paused || State.Restarting ? `${name} runs now` : null;
    }
    if (kind === 'image') {
      const [image, containers] = await Promise.all([
        docker.getImage(id).inspect(),
        docker.listContainers({ all: true }),
      ]);
      if ((image.RepoTags ?? []).length > 0) return `it is named ${image.RepoTags.join(', ')} now`;
      return containers.some((c) => c.ImageID === id) ? 'a container is made of it now' : null;
    }
    if (kind === 'network') {
      const containers = await docker.listContainers({ all: true });
      const used = containers.some((c) =>
        Object.values(c.NetworkSettings.Networks).some((n) => n.NetworkID === id),
      );
      await docker.getNetwork(id).inspect();
      return used ? 'a container is on it now' : null;
    }
    return null;
  } catch (error) {
    if (dockerStatus(error) === 404) return 'it is gone already';
    throw error;
  }
}
