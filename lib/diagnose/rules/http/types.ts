import type { HttpRoute, HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { Knob } from '@/lib/contracts/knobs';

/** A materialized view of a database of the stack. */
export interface KnownView {
  /** `schema.name`. */
  name: string;
  /** Database target that has it. */
  target: string;
  /** Share of database time of the statement whose result it holds, 0..1; null where that is not known. */
  share: number | null;
}

/** What the HTTP rules look at. */
export interface HttpContext {
  /** Target name. */
  target: string;
  snapshot: HttpSnapshot;
  /** Of the databases that were looked at together with it. */
  views: readonly KnownView[];
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
