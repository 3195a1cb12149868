import type { Gathered, OpenFinding } from '@/lib/configure/gather';
import type { Exhausted } from '@/lib/contracts/load-analysis';
import type { Horizon, NotEvaluated, RecommendationEvidence } from '@/lib/contracts/recommendation';
import type { TargetKind } from '@/lib/contracts/target';

/** What is known of the way to one target. */
export interface Transport {
  target: string;
  kind: TargetKind;
  /** Not on this machine: neither a loopback address nor a local socket. */
  remote: boolean;
  encrypted: boolean;
  /** What the address says of it: a scheme, an option. */
  said: string;
}

/** The newest load test that has ended, and what reached its bound in it. */
export interface LoadFacts {
  id: number;
  title: string;
  /** Name of the HTTP target. */
  target: string;
  finishedAt: string;
  exhausted: Exhausted[];
  /** Processors of the machine that it ran on. */
  cpus: number;
  /** Most database time in any sample of it, s/s, by Postgres target. */
  databaseTime: ReadonlyMap<string, number>;
}

/** Rates over the last hour, where there is one service and one database: else a request cannot be told to be the cause. */
export interface TrafficFacts {
  service: string;
  database: string;
  /** Requests a second, all routes together. */
  requests: number;
  /** Mean of the median response times of its routes, by their requests, ms; null where no route has one. */
  medianMs: number | null;
  /** Database time, s/s; null where it was not measured. */
  databaseTime: number | null;
  /** Calls a second by queryid. */
  calls: ReadonlyMap<string, number>;
  /** When the newest of it was measured. */
  at: string;
}

/** All that the rules look at. */
export interface RecommendFacts {
  gathered: Gathered;
  /** Names of targets and when each was last read whole. */
  readAt: ReadonlyMap<string, string>;
  /** Findings that are muted: neither there nor gone. */
  muted: readonly Pick<OpenFinding, 'id' | 'target' | 'subject'>[];
  /** Rules of the diagnosis that could not run. */
  notChecked: readonly { id: string; target: string; reason: string }[];
  transports: readonly Transport[];
  load: LoadFacts | null;
  traffic: TrafficFacts | null;
  /** Why there is no traffic to go by. */
  trafficMissing: string;
}

export interface Draft {
  target: string;
  /** What it is about, where a rule can say several things of one target. */
  subject: string;
  title: string;
  detail: string;
  evidence: RecommendationEvidence[];
}

/** What a rule says: what it recommends, where it looked and when its evidence is from, and where it could not look. */
export interface RuleAnswer {
  drafts: Draft[];
  looked: { target: string; at: string }[];
  notEvaluated: Omit<NotEvaluated, 'rule'>[];
}

/** A rule: pure. */
export interface RecommendRule {
  id: string;
  horizon: Horizon;
  threshold: { text: string; source: string };
  check(facts: RecommendFacts): RuleAnswer;
}
