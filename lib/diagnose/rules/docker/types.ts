import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';

/** What the Docker rules look at. */
export interface DockerContext {
  /** Target name. */
  target: string;
  snapshot: DockerSnapshot;
}

export function running(snapshot: DockerSnapshot): DockerContainer[] {
  return snapshot.containers.filter((c) => c.state === 'running');
}
