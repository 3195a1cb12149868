import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { HttpContext } from './types';

const id = 'http/no-keepalive';

/** The service closes the connection after each answer. */
export const noKeepalive: Rule<HttpContext> = {
  meta: { id, title: 'No keep-alive', kind: 'http', needs: ['a path to probe'], thresholds: [] },
  check({ target, snapshot: { probe } }) {
    const connection = probe?.headers.connection;
    if (!probe || !connection || !/\bclose\b/i.test(connection)) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: 'medium',
          target,
          subject: `GET ${probe.path}`,
          title: 'The service closes each connection after its answer',
          detail:
            'Every request then waits for a new TCP (and TLS) connection. HTTP/1.1 keeps them by default.',
          evidence: [{ label: 'header Connection', value: connection, unit: '' }],
        }),
      ],
    };
  },
};
