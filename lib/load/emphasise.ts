import type { Probe } from '../contracts/workload';

/**
 * Weights of a workload in which the named probes together get at least half of all requests, so that the
 * goal of a trial has enough of them. Proportions within both groups stay. Without any of them in the
 * workload, or when they have half already, nothing changes.
 */
export function emphasise<P extends Probe>(probes: readonly P[], names: readonly string[]): P[] {
  const chosen = new Set(names);
  const sum = (list: readonly P[]) => list.reduce((total, p) => total + p.weight, 0);
  const inside = sum(probes.filter((p) => chosen.has(p.name)));
  const outside = sum(probes) - inside;
  if (inside === 0 || outside <= inside) return [...probes];
  const factor = outside / inside;
  return probes.map((p) => (chosen.has(p.name) ? { ...p, weight: p.weight * factor } : p));
}

/** Scales weights so that they sum to 1: each target then has the same share of the requests. */
export function shareEqually<P extends Probe>(probes: readonly P[]): P[] {
  const total = probes.reduce((sum, p) => sum + p.weight, 0);
  return probes.map((p) => ({ ...p, weight: p.weight / total }));
}

/** Makes names unique: a name that occurred before gets its target in front, then a number. */
export function uniqueNames<P extends Probe>(probes: readonly P[]): P[] {
  const taken = new Set<string>();
  return probes.map((probe) => {
    let name = probe.name;
    if (taken.has(name)) name = `${probe.target}: ${probe.name}`;
    for (let n = 2; taken.has(name); n++) name = `${probe.target}: ${probe.name} (${n})`;
    taken.add(name);
    return name === probe.name ? probe : { ...probe, name };
  });
}
