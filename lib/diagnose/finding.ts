import type { Finding, Severity } from '@/lib/contracts/finding';

type Given = Omit<Finding, 'key' | 'facts' | 'weight' | 'optimizations'> &
  Partial<Pick<Finding, 'facts' | 'weight' | 'optimizations'>>;

/** A finding with its stable key `rule:target:subject` (and what tells two on one subject apart). */
export function finding(given: Given, distinct = ''): Finding {
  const { facts = {}, weight = 0, optimizations = [], ...rest } = given;
  return {
    ...rest,
    key: `${given.id}:${given.target}:${given.subject}${distinct}`,
    weight: Math.min(1, Math.max(0, weight)),
    optimizations,
    facts,
  };
}

/**
 * Severity by share of database time: our own steps, in the proportions of PgHero's "long running" colours:
 * from 30 % critical, from 10 % high, from 2 % medium.
 */
export function severityByShare(share: number): Severity {
  if (share >= 0.3) return 'critical';
  if (share >= 0.1) return 'high';
  if (share >= 0.02) return 'medium';
  return 'low';
}

/** `1,234`. */
export function count(n: number): string {
  return Math.round(n).toLocaleString('en-US');
}

/** `one statement`, `3 statements`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return n === 1 ? `one ${one}` : `${count(n)} ${many}`;
}

/** `12.3 MB`, decimal units. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** A statement's text for a title or a detail: on one line, cut. */
export function shortSql(sql: string, length = 120): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
