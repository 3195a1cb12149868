import type { DockerContainer, DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import type { Evidence } from '@/lib/contracts/finding';
import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, running } from './types';

const id = 'docker/cpu-throttled';
const most = 0.05;
/** A minute of them. */
const fewestPeriods = 600;
/** Of readings, s. */
const shortestWindow = 60;

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
      { name: 'window of readings', value: shortestWindow, unit: 's', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    return {
      findings: running(snapshot).flatMap((c) => {
        const seen = throttledOf(context, c);
        if (seen === null || seen.share <= most) return [];
        const { share, over, evidence } = seen;
        return finding({
          id,
          severity: share > 0.25 ? 'high' : 'medium',
          target,
          subject: c.name,
          title: `The container ${c.name} was held back by its CPU limit in ${(share * 100).toFixed(0)} % of its periods`,
          detail: `Each such period adds to the response time. ${over}`,
          evidence,
          weight: share,
          ...raise(c, snapshot),
        });
      }),
    };
  },
};

/** By the readings of the last minutes; only where there are none, by the counters, which tell of all that ever was. */
function throttledOf(
  { throttled }: DockerContext,
  c: DockerContainer,
): { share: number; over: string; evidence: Evidence[] } | null {
  const window = throttled?.get(c.name);
  if (window && window.seconds >= shortestWindow)
    return {
      share: window.mean,
      over: `Averaged over the readings of the last ${Math.round(window.seconds / 60)} minutes.`,
      evidence: [
        { label: 'share of periods throttled', value: window.mean, unit: 'ratio' },
        { label: 'seen over', value: window.seconds, unit: 's' },
      ],
    };
  const periods = c.cpuPeriods ?? 0;
  const held = c.cpuThrottledPeriods ?? 0;
  if (periods < fewestPeriods) return null;
  return {
    share: held / periods,
    over: 'Counted since the container started: readings of the last minutes are not kept here yet.',
    evidence: [
      { label: 'periods throttled', value: held, unit: '' },
      { label: 'periods', value: periods, unit: '' },
    ],
  };
}

/** Twice the CPU limit, at most the machine's cores, in the terms in which the limit was set. */
function raise(c: DockerContainer, { hostCpus }: DockerSnapshot) {
  const period = c.cpuPeriod > 0 ? c.cpuPeriod : 100_000;
  const cores = c.nanoCpus > 0 ? c.nanoCpus / 1e9 : c.cpuQuota / period;
  const wanted = Math.min(2 * cores, hostCpus);
  if (cores <= 0 || wanted <= cores) return {};
  const update = c.nanoCpus > 0 ? { NanoCpus: wanted * 1e9 } : { CpuQuota: wanted * period };
  return { optimizations: ['docker/update-container'], facts: { container: c.name, update } };
}
