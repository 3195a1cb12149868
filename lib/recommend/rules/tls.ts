import type { RecommendRule } from '../types';

/** TLS to a target on another machine. Docker without it hands the machine to whoever listens. */
export const tls: RecommendRule = {
  id: 'tls',
  horizon: 'now',
  threshold: { text: 'a target that is not on this machine, without TLS', source: 'Ratchet' },
  check({ transports, readAt }) {
    return {
      drafts: transports
        .filter((t) => t.remote && !t.encrypted)
        .map((t) => ({
          target: t.target,
          subject: 'connection',
          title: `Connect to ${t.target} with TLS`,
          detail:
            'What is read and the credentials go over the network in the clear, from Ratchet and, where they connect so too, from your services.',
          evidence: [
            {
              from: 'measurement' as const,
              id: 'connection',
              label: 'address says',
              value: t.said,
              unit: '',
            },
          ],
        })),
      looked: transports.flatMap((t) => {
        const at = readAt.get(t.target);
        return at === undefined ? [] : [{ target: t.target, at }];
      }),
      notEvaluated: [],
    };
  },
};
