import type { EndpointSecond } from '@/lib/contracts/load-record';
import type { ReportLoadEvidence, ReportLoadTest } from '@/lib/contracts/report-load';
import { looksLikeId } from '@/lib/load/sources/path-id';
import { scrub } from '../scrub';
import { together } from './evidence';

/**
 * Takes addresses, values of parameters and paths on a machine out of a load test, before anything is computed from it. Endpoints
 * that read the same after that are added up.
 */
export function redactLoadTest(test: ReportLoadTest, hosts: readonly string[]): ReportLoadTest {
  return {
    ...test,
    title: publicText(test.title, hosts),
    target: scrub(test.target, hosts),
    reason: test.reason === null ? null : publicText(test.reason, hosts),
    evidence: test.evidence && redactEvidence(test.evidence, hosts),
  };
}

function redactEvidence(evidence: ReportLoadEvidence, hosts: readonly string[]): ReportLoadEvidence {
  const name = (endpoint: string) => endpointName(endpoint, hosts);
  const { profile, endpoints, limit, coordinatedOmission, generatorLimited, given } = evidence;
  const grouped = new Map<string, EndpointSecond[]>();
  for (const [endpoint, requests] of Object.entries(endpoints)) {
    grouped.set(name(endpoint), [...(grouped.get(name(endpoint)) ?? []), requests]);
  }
  return {
    ...evidence,
    profile: profile && {
      ...profile,
      thresholds: profile.thresholds.map((t) =>
        t.endpoint === undefined ? t : { ...t, endpoint: name(t.endpoint) },
      ),
    },
    endpoints: Object.fromEntries(
      [...grouped].map(([key, parts]) => [key, parts.length === 1 && parts[0] ? parts[0] : together(parts)]),
    ),
    limit: limit && { ...limit, why: publicText(limit.why, hosts) },
    // Their names are never shown: numbers do.
    coordinatedOmission: coordinatedOmission && {
      ...coordinatedOmission,
      endpoints: numbered(coordinatedOmission.endpoints),
    },
    generatorLimited: generatorLimited && {
      ...generatorLimited,
      why: publicText(generatorLimited.why, hosts),
    },
    given: given && { ...given, endpoints: unique(given.endpoints, name) },
  };
}

/** `GET https://api.example.net/orders/4711?token=abc` → `GET /orders/…?token=…`; placeholders such as `{id}` stay. */
export function endpointName(endpoint: string, hosts: readonly string[] = []): string {
  const local = endpoint
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+/gi, '')
    .replace(/([?&;][^=&;\s]+)=(?!\{)[^&;\s]*/g, '$1=…')
    .replace(/#\S*$/, '')
    .replace(/[^/?\s]+/g, (segment, at: number, whole: string) =>
      whole[at - 1] === '/' && looksLikeId(segment) ? '…' : segment,
    );
  return scrub(local, hosts);
}

/** Free text without credentials, addresses, and paths on a machine. */
function publicText(text: string, hosts: readonly string[]): string {
  return scrub(text, hosts).replace(
    /(?<![\w/])(?:\/(?:home|root|Users|var|etc|opt|tmp|usr|mnt|srv|data)|[A-Z]:\\)[^\s"'`,;)\]]*/g,
    '[path]',
  );
}

const numbered = <T>(of: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.values(of).map((value, i) => [String(i + 1), value]));

/** Figures that somebody else computed cannot be added up: names that read the same are told apart by a number. */
function unique<T>(of: Record<string, T>, name: (key: string) => string): Record<string, T> {
  const result: Record<string, T> = {};
  for (const [key, value] of Object.entries(of)) {
    let free = name(key);
    for (let n = 2; free in result; n++) free = `${name(key)} (${n})`;
    result[free] = value;
  }
  return result;
}
