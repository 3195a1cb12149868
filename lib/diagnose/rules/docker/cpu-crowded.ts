import type { DockerContainer } from '@/lib/contracts/docker-snapshot';
import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, running } from './types';

const id = 'docker/cpu-crowded';
/** Share of the machine's cores that its containers use together. */
const crowded = 0.8;
/** Share of what they use that one of them takes. */
const greedy = 0.5;
/** Others that use less than this ask for no CPU that could be taken from them, cores. */
const asks = 0.02;
const shortestWindow = 300;
/** What the engine takes where none are given, and half of it. Source: Docker docs, --cpu-shares. */
const usualShares = 1024;
const fewerShares = 512;

/** A container that takes most of a machine that is short of CPU, with no fewer shares than those it takes it from. */
export const cpuCrowded: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers that take the CPU of others',
    kind: 'docker',
    needs: ['samples of the CPU, kept by a running Ratchet'],
    thresholds: [
      {
        name: 'CPU of all containers by cores of the machine',
        value: crowded,
        unit: 'ratio',
        source: 'Ratchet: above it runnable processes wait (B. Gregg, USE method: utilization)',
      },
      { name: 'share that one takes', value: greedy, unit: 'ratio', source: 'Ratchet' },
      { name: 'CPU of another', value: asks, unit: 'cores', source: 'Ratchet' },
      { name: 'window of samples', value: shortestWindow, unit: 's', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot, cpu }) {
    const alive = running(snapshot);
    if (alive.length < 2) return { findings: [] };
    const used = alive.flatMap((container) => {
      const window = cpu?.get(container.name);
      return window && window.seconds >= shortestWindow ? [{ container, window }] : [];
    });
    if (used.length < 2) {
      const reason =
        cpu === null
          ? 'no samples of the CPU are kept here'
          : `the CPU of two containers was not yet watched for ${shortestWindow / 60} minutes`;
      const enable = 'Let Ratchet watch this engine for a while (npm start), then diagnose again.';
      return { findings: [], cannotCheck: [{ id, target, reason, enable }] };
    }
    const all = used.reduce((sum, u) => sum + u.window.mean, 0);
    const [most, ...others] = used.toSorted((a, b) => b.window.mean - a.window.mean);
    if (!most || all < crowded * snapshot.hostCpus || most.window.mean <= greedy * all)
      return { findings: [] };
    const pressed = others.filter(
      (o) => o.window.mean >= asks && shares(o.container) <= shares(most.container),
    );
    if (pressed.length === 0) return { findings: [] };
    const { container, window } = most;
    const cores = (n: number) => n.toFixed(2);
    return {
      findings: [
        finding({
          id,
          severity: 'medium',
          target,
          subject: container.name,
          title: `The container ${container.name} takes ${cores(window.mean)} of ${snapshot.hostCpus} cores, while CPU is short`,
          detail: `Together the containers use ${cores(all)} cores. ${container.name} has as many CPU shares as ${pressed.map((p) => p.container.name).join(', ')}, or more. With fewer it gets less while others want CPU, and all that is free otherwise. Whether it is the one that should stand back is for you to say.`,
          evidence: [
            { label: 'CPU of this container, mean', value: window.mean, unit: 'cores' },
            { label: 'CPU of all containers, mean', value: all, unit: 'cores' },
            { label: 'cores of the machine', value: snapshot.hostCpus, unit: '' },
            { label: 'CPU shares of this container', value: shares(container), unit: '' },
            { label: 'seen over', value: window.seconds, unit: 's' },
          ],
          weight: window.mean / Math.max(1, snapshot.hostCpus),
          ...(shares(container) > fewerShares
            ? {
                optimizations: ['docker/update-container'],
                facts: { container: container.name, update: { CpuShares: fewerShares } },
              }
            : {}),
        }),
      ],
    };
  },
};

const shares = (c: DockerContainer) => (c.cpuShares > 0 ? c.cpuShares : usualShares);
