import { number } from '@/lib/client/format';

export interface AxisUnit {
  /** Values are divided by this before they are written. */
  by: number;
  /** Named once, in the panel's note, never at every tick. */
  name: string;
  /** One value on the axis, without its unit. */
  write: (value: number) => string;
}

const scaled: Record<string, [number, string][]> = {
  ms: [
    [60_000, 'min'],
    [1_000, 's'],
    [1, 'ms'],
    [0.001, 'µs'],
  ],
  bytes: [
    [1e12, 'TB'],
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
    [1, 'B'],
  ],
};
scaled['bytes/s'] = (scaled.bytes ?? []).map(([by, name]) => [by, `${name}/s`]);

/** One unit for a whole axis, chosen by its largest value, so that ticks read 0, 20, 40 and not 0, 2e7, 4e7. */
export function axisUnit(unit: string, max: number): AxisUnit {
  if (unit === 'ratio') return { by: 0.01, name: '%', write: (v) => number(v / 0.01) };
  const steps = scaled[unit];
  if (!steps) return { by: 1, name: unit, write: (v) => number(v) };
  const [by, name] = steps.find(([size]) => Math.abs(max) >= size) ?? steps.at(-1) ?? [1, unit];
  return { by, name, write: (v) => number(v / by) };
}
