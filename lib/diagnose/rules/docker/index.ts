import type { Rule } from '../../types';
import { cpuCrowded } from './cpu-crowded';
import { cpuThrottled } from './cpu-throttled';
import { nearMemoryLimit } from './near-memory-limit';
import { noMemoryLimit } from './no-memory-limit';
import { oomKilled } from './oom-killed';
import { overProvisioned } from './over-provisioned';
import { restarting } from './restarting';
import type { DockerContext } from './types';
import { unusedResources } from './unused-resources';

/** All Docker rules, in the order in which they are documented. */
export const dockerRules: readonly Rule<DockerContext>[] = [
  noMemoryLimit,
  overProvisioned,
  nearMemoryLimit,
  oomKilled,
  cpuThrottled,
  cpuCrowded,
  restarting,
  unusedResources,
];
