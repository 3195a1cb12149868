import type { DockerUnused } from '@/lib/contracts/docker-snapshot';
import { bytes, counted, finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, notRead } from './types';

const id = 'docker/unused-resources';
const leastHours = 24;
/** A network is made before the containers that join it. */
const youngNetworkHours = 1;
const hour = 3_600_000;

const words: Record<DockerUnused['kind'], [string, string]> = {
  container: ['stopped container', 'stopped containers'],
  image: ['dangling image', 'dangling images'],
  network: ['network without a container', 'networks without a container'],
  'build-cache': ['unused build cache', 'unused build caches'],
};

/** What nothing uses and may be removed. Volumes hold data: they are listed on the page and never removed by a button. */
export const unusedResources: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers, images, networks and build cache that nothing uses',
    kind: 'docker',
    needs: ['a target without a name prefix'],
    thresholds: [{ name: 'stopped for', value: leastHours, unit: 'h', source: 'docker system prune' }],
  },
  check({ target, snapshot }) {
    const { space } = snapshot;
    if (!space) return { findings: [], cannotCheck: notRead(id, target, snapshot, 'space') };
    const at = Date.parse(snapshot.takenAt);
    const finishedAt = new Map(snapshot.containers.map((c) => [c.id, c.finishedAt ?? c.createdAt]));
    const items = space.unused.flatMap((item): DockerUnused[] => {
      const since = item.kind === 'container' ? (finishedAt.get(item.id) ?? null) : item.since;
      const hours = since === null ? null : (at - Date.parse(since)) / hour;
      const old =
        item.kind === 'container'
          ? hours !== null && hours > leastHours
          : item.kind === 'network'
            ? hours !== null && hours > youngNetworkHours
            : true;
      return old ? [{ ...item, since }] : [];
    });
    return {
      findings: Object.entries(words).flatMap(([kind, [one, many]]) => {
        const found = items.filter((i) => i.kind === kind);
        if (found.length === 0) return [];
        const size = found.reduce((sum, i) => sum + (i.bytes ?? 0), 0);
        return finding({
          id,
          severity: 'low',
          target,
          subject: many,
          title: `${counted(found.length, one, many)}${size > 0 ? ` take ${bytes(size)}` : ''}`,
          detail: found
            .slice(0, 10)
            .map((i) => (i.bytes === null ? i.name : `${i.name} (${bytes(i.bytes)})`))
            .join(', '),
          evidence: [
            { label: 'unused', value: found.length, unit: '' },
            ...(size > 0 ? [{ label: 'size', value: size, unit: 'bytes' }] : []),
          ],
          optimizations: ['docker/remove-unused'],
          facts: { items: found },
        });
      }),
    };
  },
};
