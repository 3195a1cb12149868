import type { JobDefinition } from '../registry';
import { changeJob } from './change';
import { decideJob } from './decide';
import { loadTestJob } from './load-test';
import { observeNowJob } from './observe';
import { passJob } from './pass';
import { trialJob } from './trial';

/** Every kind of job that a worker can run. */
export const jobDefinitions: JobDefinition[] = [
  passJob,
  trialJob,
  changeJob,
  decideJob,
  loadTestJob,
  observeNowJob,
];
