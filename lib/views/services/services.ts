import { type HttpRoute, HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { ObserveQuery } from '@/lib/contracts/observe';
import type { EndpointRow, ServiceView } from '@/lib/contracts/services';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

/** The endpoints of an HTTP service, most requests first, and its last probe. @throws AppError not-found */
export async function serviceView(store: Store, query: ObserveQuery): Promise<ServiceView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(store, 'http', HttpSnapshot, query);
  const routes = snapshot?.routes ?? [];
  const total = routes.find((r) => r.name === '');
  const row = (route: HttpRoute): EndpointRow => ({
    ...route,
    share: total && total.requests > 0 ? route.requests / total.requests : null,
    findings: route.name === '' ? [] : findingsOn(route.name),
  });
  return {
    target,
    takenAt,
    histogram: snapshot?.histogram ?? null,
    missing: snapshot?.metricsMissing ?? null,
    windowSeconds: snapshot?.windowSeconds ?? null,
    total: total ? row(total) : null,
    endpoints: routes.filter((r) => r.name !== '').map(row),
    probe: snapshot?.probe ?? null,
    knobs: snapshot?.knobs ?? null,
    knobsMissing: snapshot?.knobsMissing ?? null,
  };
}
