import { createHash } from 'node:crypto';
import { type LoadPlan, type LoadProbe, type LoadWorkload, SECRET } from '../contracts/load';

const secretName = /auth|token|secret|key|cookie|passw|session|credential|signature/i;

/** The headers with the values of those that carry secrets replaced. */
export function withoutSecretHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, secretName.test(name) ? SECRET : value]),
  );
}

/** A plan as it may be stored and shown: no secret header values, no password in the address. */
export function withoutSecrets(plan: LoadPlan): LoadPlan {
  const url = new URL(plan.target.baseUrl);
  url.username = '';
  url.password = '';
  return {
    ...plan,
    target: { ...plan.target, baseUrl: url.toString() },
    probes: plan.probes.map((p) => ({ ...p, headers: withoutSecretHeaders(p.headers) })),
  };
}

/**
 * sha256 (hex) over what is sent: the probes in the order of their names without secret header values, and the arrivals. Equal
 * for runs of one workload, whatever profile, target and seed.
 */
export function workloadHash({ probes, arrivals }: Pick<LoadWorkload, 'probes' | 'arrivals'>): string {
  const parts = probes.map(essence);
  // Arrivals point to probes by position, so with them the order is part of the workload.
  if (!arrivals) parts.sort();
  const hash = createHash('sha256').update(JSON.stringify(parts));
  if (arrivals) hash.update(JSON.stringify(arrivals));
  return hash.digest('hex');
}

function essence({ name, method, path, headers, body, weight, expect, rows }: LoadProbe): string {
  const sorted = (record: Record<string, string>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([
    name,
    method,
    path,
    sorted(withoutSecretHeaders(headers)),
    body ?? null,
    weight,
    expect ? [expect.status ?? null, expect.bodyIncludes ?? null, expect.bodyMatches ?? null] : null,
    rows.map(sorted),
  ]);
}
