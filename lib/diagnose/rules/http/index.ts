import type { Rule } from '../../types';
import { connectionPerRequest } from './connection-per-request';
import { errorRate } from './error-rate';
import { noCacheHeaders } from './no-cache-headers';
import { noCompression } from './no-compression';
import { noKeepalive } from './no-keepalive';
import { noLocalLevel } from './no-local-level';
import { plannedAnew } from './planned-anew';
import { poolWaits } from './pool-waits';
import { slowEndpoint } from './slow-endpoint';
import type { HttpContext } from './types';
import { viewNotRead } from './view-not-read';

/** All HTTP rules, in the order in which they are documented. */
export const httpRules: readonly Rule<HttpContext>[] = [
  slowEndpoint,
  errorRate,
  noKeepalive,
  noCompression,
  noCacheHeaders,
  connectionPerRequest,
  viewNotRead,
  plannedAnew,
  poolWaits,
  noLocalLevel,
];
