import type { AlertState } from '@/lib/contracts/alert';
import type { Severity } from '@/lib/contracts/finding';
import type { Outcome } from '@/lib/contracts/verdict';

type Tone = 'good' | 'bad' | 'warn' | 'neutral' | 'mark';
interface Word {
  text: string;
  tone: Tone;
}

export const outcomeWord: Record<Outcome, Word> = {
  improved: { text: 'improved', tone: 'good' },
  'no-difference': { text: 'no difference', tone: 'neutral' },
  regressed: { text: 'regressed', tone: 'bad' },
  inconclusive: { text: 'inconclusive', tone: 'warn' },
};

export const severityWord: Record<Severity, Word> = {
  critical: { text: 'critical', tone: 'bad' },
  high: { text: 'high', tone: 'bad' },
  medium: { text: 'medium', tone: 'warn' },
  low: { text: 'low', tone: 'neutral' },
};

export const decisionWord: Record<'kept' | 'rolled-back', Word> = {
  kept: { text: 'kept', tone: 'neutral' },
  'rolled-back': { text: 'rolled back', tone: 'neutral' },
};

const states: Record<string, Word> = {
  // changes
  proposed: { text: 'proposed', tone: 'neutral' },
  applying: { text: 'applying', tone: 'mark' },
  applied: { text: 'applied', tone: 'good' },
  'rolling-back': { text: 'rolling back', tone: 'mark' },
  'rolled-back': { text: 'rolled back', tone: 'neutral' },
  failed: { text: 'failed', tone: 'bad' },
  obsolete: { text: 'obsolete', tone: 'neutral' },
  // trials and jobs
  queued: { text: 'queued', tone: 'mark' },
  running: { text: 'running', tone: 'mark' },
  done: { text: 'done', tone: 'neutral' },
  succeeded: { text: 'succeeded', tone: 'good' },
  cancelled: { text: 'cancelled', tone: 'neutral' },
  interrupted: { text: 'interrupted', tone: 'warn' },
  // findings
  open: { text: 'open', tone: 'warn' },
  muted: { text: 'muted', tone: 'neutral' },
  resolved: { text: 'resolved', tone: 'good' },
  // targets
  waiting: { text: 'waiting', tone: 'mark' },
  ok: { text: 'answers', tone: 'good' },
  stale: { text: 'not read', tone: 'warn' },
  unreachable: { text: 'unreachable', tone: 'bad' },
  paused: { text: 'paused', tone: 'neutral' },
};

/** Words for the states of an alert. */
export const alertWord: Record<AlertState, Word> = {
  firing: { text: 'firing', tone: 'bad' },
  'no-data': { text: 'no data', tone: 'warn' },
  pending: { text: 'pending', tone: 'warn' },
  resolved: { text: 'resolved', tone: 'good' },
  ok: { text: 'ok', tone: 'neutral' },
};

/** The word for a state of a change, trial, job, finding or target; an unknown one is shown as it is. */
export const stateWord = (state: string): Word => states[state] ?? { text: state, tone: 'neutral' };

export const kindWord: Record<string, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  docker: 'Docker',
  http: 'HTTP service',
};

export const metricWord: Record<string, string> = {
  p50: 'p50',
  p95: 'p95',
  p99: 'p99',
  throughput: 'throughput',
  errors: 'error rate',
};
