import { expect, it } from 'vitest';
import { nodeOptions, startsNode } from './node-command';

it.each([
  [['/node', '/demo/traffic.mjs'], true],
  [['docker-entrypoint.sh', 'node', 'server.js'], true],
  [['/usr/bin/tini', '--', '/usr/local/bin/node', 'x.js'], true],
  [['/usr/bin/env', 'PORT=3000', 'npm', 'start'], true],
  [['/bin/sh', '-c', 'cd /app && NODE_ENV=production exec node .'], true],
  [['/bin/sh', '-c', 'migrate; yarn start'], true],
  [['postgres', '-c', 'cluster_name=node'], false],
  [['/bin/sh', '-c', 'echo node; busybox sleep 1000'], false],
  [['/bin/sh'], false],
  [['docker-entrypoint.sh', 'postgres'], false],
  [['tini', '--'], false],
  [[], false],
])('%j starts Node: %s', (words, expected) => {
  expect(startsNode(words)).toBe(expected);
});

it('reads NODE_OPTIONS', () => {
  expect(nodeOptions(['A=1', 'NODE_OPTIONS=--trace-gc -r ./x=y'])).toBe('--trace-gc -r ./x=y');
  expect(nodeOptions(['MY_NODE_OPTIONS=--x'])).toBe('');
});
