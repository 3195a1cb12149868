import type { LoadPlan } from '../contracts/load';
import type { EngineEnd } from './engine/engine';
import type { RawSecond } from './engine/meter';

/** What the load process is told. Holds secrets: it travels over IPC, never in arguments. */
export interface LoadOrder {
  plan: LoadPlan;
  /** Sent with every request. */
  headers: Record<string, string>;
  /** Origins that may be called; the plan's must be among them. */
  allowedOrigins: readonly string[];
  /** A target that is not on this machine may be loaded. */
  allowRemote: boolean;
}

export type ToLoad = { type: 'start'; order: LoadOrder } | { type: 'stop' };

export type FromLoad =
  | { type: 'booted' }
  | { type: 'started'; at: number }
  | { type: 'second'; second: RawSecond }
  | { type: 'ended'; end: EngineEnd }
  | { type: 'failed'; code: 'unreachable' | 'bad-input' | 'not-allowed' | 'internal'; message: string };
