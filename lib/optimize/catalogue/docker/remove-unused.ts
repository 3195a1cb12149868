import type Docker from 'dockerode';
import { z } from 'zod';
import type { ChangePlan, Step } from '@/lib/contracts/change';
import { DockerUnused } from '@/lib/contracts/docker-snapshot';
import { bytes } from '@/lib/diagnose/finding';
import { dockerStatus } from '@/lib/targets/docker/errors';
import { stillUnused } from '../../docker/still-unused';
import { withDocker } from '../../docker/with-docker';
import type { CommandOptimization, OptimizationMeta } from '../../types';

const Facts = z.object({ items: z.array(DockerUnused).min(1) });

const meta: OptimizationMeta = {
  id: 'docker/remove-unused',
  title: 'Remove what nothing uses',
  kind: 'docker',
  risk: 'medium',
  locks: 'None. Volumes are never removed.',
  reversible: false,
  needsRestart: false,
};

const title: Record<DockerUnused['kind'], string> = {
  container: 'Remove stopped containers',
  image: 'Remove dangling images',
  network: 'Remove networks without a container',
  'build-cache': 'Clear the unused build cache',
};

/** Removes stopped containers, dangling images, networks or build cache. What is in use by then is left. */
export const removeUnused: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding) {
    const items = Facts.safeParse(finding.facts).data?.items;
    const kind = items?.[0]?.kind;
    if (!items || !kind) return [];
    const plan: ChangePlan = {
      optimization: meta.id,
      key: `${meta.id}:${kind}`,
      title: title[kind],
      subject: finding.subject,
      why: `${finding.title}. What was removed cannot be had back; each is looked at again before.`,
      steps: items.map(step),
      inverse: [],
      risk: meta.risk,
      locks: meta.locks,
      reversible: false,
      needsRestart: false,
      facts: { items },
      estimates: items.flatMap((i) =>
        i.bytes === null
          ? []
          : [{ label: i.name, value: i.bytes, unit: 'bytes', source: 'docker system df' }],
      ),
      affects: [],
    };
    return [plan];
  },

  async apply(session, plan) {
    const { items } = Facts.parse(plan.facts);
    return withDocker(session, async (docker) => {
      let freed = 0;
      for (const [i, item] of items.entries()) {
        const { statement } = step(item);
        const used = await stillUnused(docker, item);
        if (used !== null) await session.skip(i, statement, used);
        else {
          await session.execute(i, statement, () => remove(docker, item));
          freed += item.bytes ?? 0;
        }
      }
      return {
        measured: [{ label: 'room taken by what was removed', before: freed, after: 0, unit: 'bytes' }],
      };
    });
  },

  rollback: async () => ({}),

  async settle(_session, _plan, direction) {
    // Each request removes one thing or nothing, and none is needed for another.
    return direction === 'apply'
      ? {
          state: 'applied',
          what: 'It was interrupted; what had been removed by then is gone, the rest is there.',
        }
      : { state: 'rolled-back', what: 'There was nothing to undo.' };
  },
};

async function remove(docker: Docker, { kind, id }: DockerUnused): Promise<void> {
  try {
    // Anonymous volumes stay (v: false), and nothing is forced: the engine refuses what is in use.
    if (kind === 'container') await docker.getContainer(id).remove({ v: false, force: false });
    else if (kind === 'image') await docker.getImage(id).remove({ force: false, noprune: true });
    else if (kind === 'network') await docker.getNetwork(id).remove();
    else await docker.pruneBuilder();
  } catch (error) {
    if (dockerStatus(error) !== 404) throw error;
  }
}

function step(item: DockerUnused): Extract<Step, { kind: 'docker' }> {
  const { kind, id, name } = item;
  const [method, path] =
    kind === 'container'
      ? (['DELETE', `/containers/${id}?v=false&force=false`] as const)
      : kind === 'image'
        ? (['DELETE', `/images/${id}?force=false&noprune=true`] as const)
        : kind === 'network'
          ? (['DELETE', `/networks/${id}`] as const)
          : (['POST', '/build/prune'] as const);
  const size = item.bytes === null ? '' : `, ${bytes(item.bytes)}`;
  return { kind: 'docker', statement: `${method} ${path}  (${name}${size})`, method, path, body: null };
}
