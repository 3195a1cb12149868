import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import type { HttpContext } from './types';

const id = 'http/no-compression';
const leastBytes = 1_000;
const text = /^(text\/|application\/(json|javascript|xml|[\w.+-]+\+(json|xml)))/i;

/** Text is sent as it is to a client that could take it compressed. */
export const noCompression: Rule<HttpContext> = {
  meta: {
    id,
    title: 'No compression',
    kind: 'http',
    needs: ['a path to probe'],
    thresholds: [{ name: 'body', value: leastBytes, unit: 'bytes', source: 'Ratchet' }],
  },
  check({ target, snapshot: { probe } }) {
    if (probe?.status !== 200 || probe.bytes <= leastBytes) return { findings: [] };
    const type = probe.headers['content-type'] ?? '';
    if (!text.test(type) || probe.headers['content-encoding'] !== undefined) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'low',
          target,
          subject: `GET ${probe.path}`,
          title: `GET ${probe.path} sends ${bytes(probe.bytes)} of text uncompressed`,
          detail: 'The request said that gzip and Brotli are welcome.',
          evidence: [
            { label: 'body', value: probe.bytes, unit: 'bytes' },
            { label: 'content type', value: type, unit: '' },
          ],
        }),
      ],
    };
  },
};
