import type { HttpRoute, HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { Knob } from '@/lib/contracts/knobs';
import type { PlanningTime } from '../../workload/planning-time';

/** A materialized view of a database of the stack. */
export interface KnownView {
  /** `schema.name`. */
  name: string;
  /** Database target that has it. */
  target: string;
  /** Share of database time of the statement whose result it holds, 0..1; null where that is not known. */
  share: number | null;
}

/** How a figure of a service spread over the last minutes. */
export interface Spread {
  /** Of the highest value of each minute. */
  p99: number;
  peak: number;
  mean: number;
  /** From the first sample to the last, s. */
  seconds: number;
}

/** What samples tell of the pool and the cache of a service; what it does not tell, or nobody sampled, is left out. */
export interface ApplicationWindow {
  poolInUse?: Spread;
  poolWaiting?: Spread;
  /** Per second. */
  lookups?: Spread;
  hitRatio?: Spread;
  localRatio?: Spread;
}

/** What the HTTP rules look at. */
export interface HttpContext {
  /** Target name. */
  target: string;
  snapshot: HttpSnapshot;
  /** Of the databases that were looked at together with it. */
  views: readonly KnownView[];
  /** Of the statements called most in those databases. */
  planning: readonly PlanningTime[];
  application: ApplicationWindow;
}

/** Routes with at least so many requests in the window, most time spent first. */
export function busyRoutes({ routes }: HttpSnapshot, fewest: number): HttpRoute[] {
  const time = (r: HttpRoute) => r.requests * (r.p50 ?? 0);
  return routes.filter((r) => r.name !== '' && r.requests >= fewest).sort((a, b) => time(b) - time(a));
}

/**
 * Routes that a knob changes something for: those that it names, which need not be among the busy ones (the metrics page
 * is read by Ratchet itself and not counted); where it names none, all that were asked for, most time spent first.
 */
export function routesOf(knob: Knob, snapshot: HttpSnapshot): string[] {
  return knob.routes ?? busyRoutes(snapshot, 1).map((r) => r.name);
}

/** A switch that the service offers and that is off. */
export function switchedOff({ knobs }: HttpSnapshot, name: string): Knob | null {
  return knobs?.find((k) => k.name === name && k.type === 'boolean' && !k.value) ?? null;
}

/** Over which time the routes were counted, in words. */
export function window({ windowSeconds }: HttpSnapshot): string {
  return windowSeconds === null ? 'since the service started' : `in the last ${Math.round(windowSeconds)} s`;
}
