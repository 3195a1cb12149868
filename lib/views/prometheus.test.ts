import { expect, it } from 'vitest';
import { metricNames } from '@/lib/contracts/metrics';
import { prometheusName } from '@/lib/contracts/prometheus';
import { exposition } from './exposition';

it('names metrics with their base unit, each once', () => {
  expect(prometheusName('http.p95')).toBe('ratchet_http_p95_seconds');
  expect(prometheusName('docker.memory')).toBe('ratchet_docker_memory_bytes');
  expect(prometheusName('pg.temp_bytes')).toBe('ratchet_pg_temp_bytes_per_second');
  expect(prometheusName('redis.hit_ratio')).toBe('ratchet_redis_hit_ratio');
  expect(prometheusName('pg.connections')).toBe('ratchet_pg_connections');
  const names = metricNames.map(prometheusName);
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
});

it('writes the text format, escaped, without empty labels and empty families', () => {
  expect(
    exposition([
      {
        name: 'a',
        help: 'two\nlines',
        type: 'gauge',
        samples: [
          { labels: { target: 'x "y" \\z', endpoint: '' }, value: 1.5 },
          { labels: {}, value: 0 },
        ],
      },
      { name: 'b', help: '', type: 'counter', samples: [] },
    ]),
  ).toBe('# HELP a two\\nlines\n# TYPE a gauge\na{target="x \\"y\\" \\\\z"} 1.5\na 0\n');
});
