import { request } from '../fetch';

/** Plans a warming as a change; nothing is sent to the target. */
export const planWarming = (v: { stack: string; target: string; list: string[]; perSecond: number }) =>
  request('warmings', (a) => a.WarmingPlanned, { method: 'POST', body: v });
