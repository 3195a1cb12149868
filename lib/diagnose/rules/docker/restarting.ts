import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, notRead } from './types';

const id = 'docker/restarting';
const fewest = 3;

/** After so many failures in a row the engine gives a container up, where the policy counts them. Ours. */
const mostRetries = 5;

/** Containers that end and start again and again. */
export const restarting: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers that keep restarting',
    kind: 'docker',
    needs: ["the engine's events"],
    thresholds: [{ name: 'ends in ten minutes', value: fewest, unit: '', source: 'Coroot' }],
  },
  check({ target, snapshot }) {
    return {
      cannotCheck: notRead(id, target, snapshot, 'events'),
      findings: snapshot.containers.flatMap((c) => {
        const ends = c.recentEnds ?? 0;
        if (ends < fewest) return [];
        const forEver = ['always', 'unless-stopped'].includes(c.restartPolicy);
        return finding({
          id,
          severity: 'high',
          target,
          subject: c.name,
          title: `The container ${c.name} ended ${ends} times in the last ten minutes`,
          detail: `Its log says why.${forEver ? ` Its restart policy, ${c.restartPolicy}, starts it again for ever; on-failure gives up after ${mostRetries} failures in a row.` : ''}`,
          evidence: [
            { label: 'ends in ten minutes', value: ends, unit: '' },
            { label: 'restarts', value: c.restartCount, unit: '' },
            { label: 'restart policy', value: c.restartPolicy, unit: '' },
            ...(c.exitCode === null ? [] : [{ label: 'last exit code', value: c.exitCode, unit: '' }]),
          ],
          ...(forEver
            ? {
                optimizations: ['docker/update-container'],
                facts: {
                  container: c.name,
                  update: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: mostRetries } },
                },
              }
            : {}),
        });
      }),
    };
  },
};
