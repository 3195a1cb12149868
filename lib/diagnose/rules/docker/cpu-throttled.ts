import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, running } from './types';

const id = 'docker/cpu-throttled';
const most = 0.05;
const fewestPeriods = 600;

/** Containers that the scheduler often holds back for their CPU limit. */
export const cpuThrottled: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers held back by their CPU limit',
    kind: 'docker',
    needs: [],
    thresholds: [
      { name: 'share of periods throttled', value: most, unit: 'ratio', source: 'Coroot' },
      { name: 'scheduler periods', value: fewestPeriods, unit: '', source: 'Ratchet: a minute of them' },
    ],
  },
  check({ target, snapshot }) {
    return {
      findings: running(snapshot).flatMap((c) => {
        const periods = c.cpuPeriods ?? 0;
        const throttled = c.cpuThrottledPeriods ?? 0;
        if (periods < fewestPeriods || throttled / periods <= most) return [];
        const share = throttled / periods;
        return finding({
          id,
          severity: share > 0.25 ? 'high' : 'medium',
          target,
          subject: c.name,
          title: `The container ${c.name} was held back by its CPU limit in ${(share * 100).toFixed(0)} % of its periods`,
          detail: 'Each such period adds to the response time. Counted since the container started.',
          evidence: [
            { label: 'periods throttled', value: throttled, unit: '' },
            { label: 'periods', value: periods, unit: '' },
          ],
          weight: share,
          ...raise(c, snapshot),
        });
      }),
    };
  },
};

/** Twice the CPU limit, at most the machine's cores, in the terms in which the limit was set. */
function raise(c: DockerContainer, { hostCpus }: DockerSnapshot) {
  const period = c.cpuPeriod > 0 ? c.cpuPeriod : 100_000;
  const cores = c.nanoCpus > 0 ? c.nanoCpus / 1e9 : c.cpuQuota / period;
  const wanted = Math.min(2 * cores, hostCpus);
  if (cores <= 0 || wanted <= cores) return {};
  const update = c.nanoCpus > 0 ? { NanoCpus: wanted * 1e9 } : { CpuQuota: wanted * period };
  return { optimizations: ['docker/update-container'], facts: { container: c.name, update } };
}
