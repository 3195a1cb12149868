import { settingOfFinding } from '@/lib/diagnose/server-settings/of-finding';
import type { RecommendRule } from '../types';
import { fromFinding } from './from-finding';

/** What follows from one finding each, and has no button: it is done in a service or at a time that a person chooses. */
export const findingRules: readonly RecommendRule[] = [
  fromFinding({
    id: 'redis-password',
    horizon: 'now',
    threshold: { text: 'no password and not bound to the loopback address alone', source: 'RedisInsight' },
    finding: 'redis/no-password',
    kind: 'redis',
    title: (f) => `Give ${f.target} a password, or bind it to the loopback address`,
    detail: 'Whoever reaches its port can read and change all that it holds.',
  }),
  fromFinding({
    id: 'cache-headers',
    horizon: 'now',
    threshold: { text: 'a GET of 1 kB and more without Cache-Control', source: 'Ratchet' },
    finding: 'http/no-cache-headers',
    kind: 'http',
    title: (f) => `Send Cache-Control with ${f.subject}`,
    detail:
      'Say for how long its answer may be kept, with an ETag where it changes seldom; no-store where it must not be kept.',
  }),
  fromFinding({
    id: 'compression',
    horizon: 'now',
    threshold: { text: 'text of 1 kB and more sent as it is', source: 'Ratchet' },
    finding: 'http/no-compression',
    kind: 'http',
    title: (f) => `Compress ${f.subject}`,
    detail: 'gzip or Brotli, in the service or in the proxy before it, for text from 1 kB on.',
  }),
  fromFinding({
    id: 'keep-alive',
    horizon: 'now',
    threshold: { text: 'an answer with Connection: close', source: 'HTTP/1.1 keeps connections by default' },
    finding: 'http/no-keepalive',
    kind: 'http',
    title: (f) => `Keep connections to ${f.target} open between requests`,
    detail: 'Each request pays for a new connection, with TLS for two round trips more.',
  }),
  fromFinding({
    id: 'restart-window',
    horizon: 'weeks',
    threshold: {
      text: 'a factor of 2 away from the formula',
      source: 'formulas: pgtune; the factor: Ratchet',
    },
    finding: 'postgres/settings',
    kind: 'postgres',
    only: (f) => settingOfFinding(f)?.takesEffect === 'restart',
    title: (f) => `Plan a restart of ${f.target} for ${f.subject}`,
    detail:
      'It takes effect at a restart alone. Where Ratchet runs the server the finding has a button; elsewhere the lines stand on the configuration page.',
  }),
  fromFinding({
    id: 'circuit-breaker',
    horizon: 'weeks',
    threshold: {
      text: 'more than 1 % of the answers with a status from 500 on',
      source: 'default alert on errors',
    },
    finding: 'http/error-rate',
    kind: 'http',
    title: (f) => `Put a circuit breaker with timeouts before what ${f.subject} calls`,
    detail:
      'When what a route depends on fails, callers are to fail at once or get a kept answer, and not to pile up behind it.',
  }),
];
