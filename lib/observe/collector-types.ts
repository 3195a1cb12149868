import type { MetricName } from '@/lib/contracts/metrics';

/** One measured value; what was not measured is not there. */
export interface Value {
  metric: MetricName;
  label?: string;
  value: number;
}

export interface Vitals {
  values: Value[];
  /** Set when the target answered, but not as it should; shown as the reason it counts as unreachable. */
  problem?: string;
}

/** Reads one target over one connection, and remembers the last counters to make rates of them. */
export interface Collector {
  /** The cheap reading of every few seconds. */
  vitals(signal: AbortSignal): Promise<Vitals>;
  /** The heavy reading, whole, as JSON. */
  snapshot(signal: AbortSignal): Promise<object>;
  /** What the last heavy reading tells for series; empty when it was told already. */
  fromSnapshot?(): Value[];
  /** Ends the connection at once, also when the target hangs; calls in flight reject. */
  close(): Promise<void>;
}

/** Values that were measured: leaves out the nulls. */
export function measured(values: Partial<Record<MetricName, number | null>>, label = ''): Value[] {
  return Object.entries(values).flatMap(([metric, value]) =>
    value === null || value === undefined ? [] : [{ metric: metric as MetricName, label, value }],
  );
}
