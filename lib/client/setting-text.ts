/** What one unit of pg_settings is worth: in bytes, or in milliseconds. */
const sizes: Record<string, number> = { B: 1, kB: 1024, '8kB': 8192, MB: 1024 ** 2, GB: 1024 ** 3 };
const times: Record<string, number> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A setting as one writes it in postgresql.conf: "16384" of unit 8kB is "128 MB". Powers of 1024, as PostgreSQL means
 * them. −1 and 0 mostly stand for something of their own ("off", "no limit") and stay as they are.
 */
export function settingText(value: string, unit: string | null): string {
  const amount = Number(value);
  if (unit === null || value === '' || !Number.isFinite(amount)) return value === '' ? '(empty)' : value;
  if (amount <= 0) return value;
  return (
    inUnits(amount, unit, sizes, ['GB', 'MB', 'kB', 'B']) ??
    inUnits(amount, unit, times, ['d', 'h', 'min', 's', 'ms', 'us']) ??
    `${value} ${unit}`
  );
}

/** The largest unit in which the amount is a whole number. */
function inUnits(
  amount: number,
  unit: string,
  worth: Record<string, number>,
  names: string[],
): string | null {
  const total = worth[unit];
  if (total === undefined) return null;
  for (const name of names) {
    const n = (amount * total) / (worth[name] ?? 1);
    if (Number.isInteger(n) && n >= 1) return `${n}\u202f${name}`;
  }
  return null;
}
