import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { HttpContext } from './types';

const id = 'http/no-cache-headers';
/** Small answers, such as those of a health check, gain nothing by being kept. */
const leastBytes = 1_000;

/** A GET that says nothing of how long its answer may be kept. */
export const noCacheHeaders: Rule<HttpContext> = {
  meta: {
    id,
    title: 'No Cache-Control',
    kind: 'http',
    needs: ['a path to probe'],
    thresholds: [{ name: 'body', value: leastBytes, unit: 'bytes', source: 'Ratchet' }],
  },
  check({ target, snapshot: { probe } }) {
    if (probe?.status !== 200 || probe.bytes <= leastBytes) return { findings: [] };
    if (probe.headers['cache-control'] !== undefined) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'low',
          target,
          subject: `GET ${probe.path}`,
          title: `GET ${probe.path} does not say whether its answer may be kept`,
          detail:
            'Without Cache-Control every browser and proxy decides for itself, and most ask again each time. Say no-store where it must not be kept.',
          evidence: [
            { label: 'body', value: probe.bytes, unit: 'bytes' },
            { label: 'header ETag', value: probe.headers.etag === undefined ? 'none' : 'set', unit: '' },
          ],
        }),
      ],
    };
  },
};
