import type { Panel } from '../time/label-series';
import { rememberPanels } from '../time/remember-panels';

const needs = 'a Redis target that answers';

/** The charts of one Redis server. */
export function cachePanels(target: string): Panel[] {
  return rememberPanels(`cache ${target}`, () =>
    [
      {
        id: 'hit-ratio',
        title: 'Hit ratio',
        term: 'hit-ratio' as const,
        metrics: [{ metric: 'redis.hit_ratio' as const, name: 'hits' }],
        top: 1,
        needs: 'lookups of keys by the application',
      },
      {
        id: 'memory',
        title: 'Memory',
        metrics: [
          { metric: 'redis.memory' as const, name: 'used' },
          { metric: 'redis.rss' as const, name: 'resident set' },
        ],
        keepOrder: true,
        needs,
      },
      {
        id: 'commands',
        title: 'Commands',
        metrics: [{ metric: 'redis.commands' as const, name: 'commands' }],
        needs,
      },
      {
        id: 'gone',
        title: 'Keys that went',
        metrics: [
          { metric: 'redis.expired' as const, name: 'expired' },
          { metric: 'redis.evictions' as const, name: 'evicted', color: 'var(--bad)' },
        ],
        keepOrder: true,
        needs,
      },
      { id: 'keys', title: 'Keys', metrics: [{ metric: 'redis.keys' as const, name: 'keys' }], needs },
      {
        id: 'clients',
        title: 'Clients',
        metrics: [{ metric: 'redis.clients' as const, name: 'connected' }],
        needs,
      },
      {
        id: 'fragmentation',
        title: 'Fragmentation',
        metrics: [{ metric: 'redis.fragmentation' as const, name: 'resident ÷ used' }],
        needs,
      },
      {
        id: 'latency',
        title: 'Round trip of PING',
        metrics: [{ metric: 'redis.latency' as const, name: 'round trip' }],
        needs,
      },
    ].map((panel) => ({ ...panel, target })),
  );
}

/** The cache of the application itself: of every service of the stack that tells of one. */
export function applicationCachePanels(): Panel[] {
  const needs = 'a service whose metrics page counts the hits of its cache (docs/knobs.md)';
  return rememberPanels('application cache', () => [
    {
      id: 'application-hit-ratio',
      title: 'Hit ratio of the application’s cache',
      metrics: [
        { metric: 'http.cache_hit_ratio', name: 'hits' },
        { metric: 'http.cache_local_ratio', name: 'in its own memory' },
      ],
      keepOrder: true,
      top: 1,
      needs,
    },
    {
      id: 'application-lookups',
      title: 'Lookups in the application’s cache',
      metrics: [{ metric: 'http.cache_lookups', name: 'lookups' }],
      needs,
    },
  ]);
}
