import type { Rule } from '../../types';
import { cpuThrottled } from './cpu-throttled';
import { nearMemoryLimit } from './near-memory-limit';
import { noMemoryLimit } from './no-memory-limit';
import { oomKilled } from './oom-killed';
import type { DockerContext } from './types';

/** All Docker rules, in the order in which they are documented. */
export const dockerRules: readonly Rule<DockerContext>[] = [
  noMemoryLimit,
  nearMemoryLimit,
  oomKilled,
  cpuThrottled,
];
