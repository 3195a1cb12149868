import { request } from '../fetch';

/** Plans another value of a knob as a change; nothing is set. */
export const planKnob = (v: { stack: string; target: string; name: string; value: boolean | number }) =>
  request('knobs', (a) => a.KnobPlanned, { method: 'POST', body: v });
