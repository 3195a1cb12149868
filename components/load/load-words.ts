import type { LoadKind } from '@/lib/contracts/load';
import type { GradeLetter } from '@/lib/contracts/load-analysis';
import type { LoadTestView } from '@/lib/contracts/load-api';
import type { LoadErrorKind, LoadOutcome } from '@/lib/contracts/load-record';
import type { TagTone } from '../ui/tag';

export const kindWord: Record<LoadKind, string> = {
  ramp: 'ramp-up',
  spike: 'spike',
  stress: 'stress',
  endurance: 'endurance',
  rate: 'constant rate',
  replay: 'replay',
};

const outcomes: Record<LoadOutcome, { text: string; tone: TagTone }> = {
  completed: { text: 'completed', tone: 'good' },
  stopped: { text: 'stopped', tone: 'neutral' },
  threshold: { text: 'stopped by a threshold', tone: 'bad' },
  'limit-found': { text: 'limit found', tone: 'good' },
  'generator-limited': { text: 'generator-limited', tone: 'warn' },
  failed: { text: 'failed', tone: 'bad' },
  interrupted: { text: 'interrupted', tone: 'warn' },
};

/** How a test ended; null while it has not. */
export const outcomeOf = (test: LoadTestView) => (test.outcome === null ? null : outcomes[test.outcome]);

export const gradeTone: Record<GradeLetter, TagTone> = {
  'A+': 'good',
  A: 'good',
  B: 'good',
  C: 'warn',
  D: 'warn',
  F: 'bad',
};

export const errorWord: Record<LoadErrorKind, string> = {
  timeout: 'timeout',
  connection: 'no connection',
  reset: 'connection reset',
  tls: 'TLS',
  protocol: 'not HTTP',
  redirect: 'redirect, not followed',
  'status-4xx': 'status 4xx',
  'status-5xx': 'status 5xx',
  check: 'check failed',
  'body-too-large': 'body too large',
};

export const under = (state: string) => state === 'running' || state === 'queued';

/** What the load is counted in. */
export const levelUnit = (model: 'closed' | 'open' | null) =>
  model === 'open' ? 'requests/s' : model === 'closed' ? 'users' : 'load';
