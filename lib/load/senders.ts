import type { Probe } from '../contracts/workload';

/** How one request went. `ms` is from sending to the end of the whole response, of a failed request too. */
export interface Sent {
  ms: number;
  /** Null when it succeeded. */
  error: string | null;
  /** The transport failed, so the next attempt should wait a moment instead of spinning. */
  broken: boolean;
}

/** One virtual user: sends one request at a time. */
export interface ProbeClient {
  /** `changed`: the changes of the trial are applied. */
  send(probe: Probe, turn: number, changed: boolean): Promise<Sent>;
  close(): Promise<void>;
}

export const now = (): number => performance.now();

export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message || code || error.name;
}
