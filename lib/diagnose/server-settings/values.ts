import type { PgSetting, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

const unitBytes: Record<string, number> = { B: 1, kB: 1024, '8kB': 8192, MB: 2 ** 20, GB: 2 ** 30 };

export function settingOf(snapshot: PostgresSnapshot, name: string): PgSetting | undefined {
  return snapshot.settings.find((s) => s.name === name);
}

/** Value of a size setting, bytes; null when it is not there or not a size. Negative values (automatic) stay as they are. */
export function sizeOf(setting: PgSetting | undefined): number | null {
  const factor = unitBytes[setting?.unit ?? ''];
  const value = Number(setting?.value ?? Number.NaN);
  if (factor === undefined || !Number.isFinite(value)) return null;
  return value < 0 ? value : value * factor;
}

/** A size as postgresql.conf takes it: the largest binary unit that divides it (`512MB`). */
export function sizeText(bytes: number): string {
  const kB = Math.max(1, Math.floor(bytes / 1024));
  if (kB % 2 ** 20 === 0) return `${kB / 2 ** 20}GB`;
  return kB % 1024 === 0 ? `${kB / 1024}MB` : `${kB}kB`;
}

/** A value as postgresql.conf takes it, with its unit. */
export function valueText(setting: PgSetting): string {
  const size = sizeOf(setting);
  if (size !== null && size > 0) return sizeText(size);
  return `${setting.value}${size === null ? (setting.unit ?? '') : ''}`;
}
