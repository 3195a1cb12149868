import type { Panel } from '../time/label-series';
import { rememberPanels } from '../time/remember-panels';

const needs = 'running containers';

/** The charts of one Docker engine; the six containers that use most are drawn. */
export function containerPanels(target: string): Panel[] {
  return rememberPanels(`docker ${target}`, () =>
    [
      { id: 'cpu', title: 'CPU', metrics: [{ metric: 'docker.cpu' as const, name: '' }], needs },
      {
        id: 'throttled',
        title: 'Share of CPU periods throttled',
        term: 'throttling' as const,
        metrics: [{ metric: 'docker.throttled' as const, name: '' }],
        needs: 'running containers with a CPU limit',
      },
      {
        id: 'memory',
        title: 'Memory, working set',
        term: 'working-set' as const,
        metrics: [{ metric: 'docker.memory' as const, name: '' }],
        needs,
      },
      {
        id: 'network',
        title: 'Network',
        metrics: [
          { metric: 'docker.network_in' as const, name: 'in' },
          { metric: 'docker.network_out' as const, name: 'out' },
        ],
        needs: 'running containers with a network of their own',
      },
      {
        id: 'disk',
        title: 'Disk',
        metrics: [
          { metric: 'docker.disk_read' as const, name: 'read' },
          { metric: 'docker.disk_write' as const, name: 'written' },
        ],
        needs: 'an engine that counts disk traffic of containers',
      },
    ].map((panel) => ({ ...panel, target })),
  );
}
