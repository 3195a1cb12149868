/**
 * How figures are written, in one place. Every function takes the contracts' own units and gives back a value and
 * its unit apart, so that a tile can set the unit small; `…Text` joins them. Nothing here invents: null says "not
 * measured".
 */
export interface Figure {
  value: string;
  unit: string;
}

/** A thin no-break space between value and unit, so that they never part at a line end. */
const gap = '\u202f';
const minus = '\u2212';
export const notMeasured = 'not measured';

/** Three significant digits, thousands parted by a comma, no needless zeros: 0.0123, 5.2, 61.2, 1,284. */
export function number(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? `${minus}∞` : '–';
  if (value === 0) return '0';
  const size = Math.floor(Math.log10(Math.abs(value)));
  const decimals = Math.min(6, Math.max(0, digits - 1 - size));
  const rounded = Number(value.toFixed(decimals));
  const text = new Intl.NumberFormat('en', { maximumFractionDigits: decimals }).format(Math.abs(rounded));
  return rounded < 0 ? minus + text : text;
}

/** A count of things: whole, thousands parted. */
export function count(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: 0 }).format(value);
}

/** Milliseconds, shown in µs, ms, s or min. */
export function duration(ms: number): Figure {
  const size = Math.abs(ms);
  if (size === 0) return { value: '0', unit: 'ms' };
  if (size < 0.1) return { value: number(ms * 1000), unit: 'µs' };
  if (size < 1000) return { value: number(ms), unit: 'ms' };
  if (size < 120_000) return { value: number(ms / 1000), unit: 's' };
  return { value: number(ms / 60_000), unit: 'min' };
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1000, as databases and disks are sold; the unit names say so (kB, MB). */
export function bytes(value: number): Figure {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1000 && unit < byteUnits.length - 1) {
    size /= 1000;
    unit++;
  }
  return {
    value: unit === 0 ? count(value) : number(value < 0 ? -size : size),
    unit: byteUnits[unit] ?? 'B',
  };
}

/** A share 0..1 in percent, one decimal where it tells something. 99.95 % is not rounded to 100. */
export function percent(share: number): string {
  const value = share * 100;
  if (value !== 0 && Math.abs(value) < 0.1) return '<0.1';
  const digits = Math.abs(value) >= 99 && Math.abs(value) < 100 ? 2 : Math.abs(value) >= 10 ? 1 : 2;
  let text = Number(value.toFixed(digits)).toString();
  if (text === '100' && share < 1) text = '99.99';
  return text.replace('-', minus);
}

/** A value in one of the contracts' units (lib/contracts/metrics, evidence, estimates). */
export function figure(value: number, unit: string): Figure {
  switch (unit) {
    case 'ms':
      return duration(value);
    case 's':
      return duration(value * 1000);
    case 'us':
    case 'µs':
      return duration(value / 1000);
    case 'bytes':
    case 'B':
      return bytes(value);
    case 'bytes/s': {
      const f = bytes(value);
      return { value: f.value, unit: `${f.unit}/s` };
    }
    case 'ratio':
      return { value: percent(value), unit: '%' };
    case '%':
      return { value: percent(value / 100), unit: '%' };
    case '×':
    case 'x':
      return { value: number(value), unit: '×' };
    case '':
    case 'rows':
    case 'calls':
      return { value: Number.isInteger(value) ? count(value) : number(value), unit };
    default:
      return {
        value: Number.isInteger(value) && Math.abs(value) >= 1000 ? count(value) : number(value),
        unit,
      };
  }
}

export function figureText(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined || Number.isNaN(value)) return notMeasured;
  const f = figure(value, unit);
  return f.unit === '' ? f.value : f.unit === '×' ? f.value + f.unit : f.value + gap + f.unit;
}

export function durationText(ms: number | null | undefined): string {
  return figureText(ms, 'ms');
}

export function bytesText(value: number): string {
  return figureText(value, 'bytes');
}

/** A ratio after ÷ before as a factor with its sign: 0.085×, 1.14×. */
export function ratioText(ratio: number): string {
  if (!Number.isFinite(ratio)) return '–';
  return `${ratio.toFixed(ratio < 0.01 ? 4 : ratio < 0.1 ? 3 : 2)}×`;
}

/**
 * A ratio of times (smaller is better) said in words: "11.8× faster", "1.14× slower", "3 % faster" near one.
 * For throughput (`betterHigher`) the ratio is turned round first.
 */
export function speedText(ratio: number, betterHigher = false): { value: string; word: string } {
  const r = betterHigher ? 1 / ratio : ratio;
  const faster = r <= 1;
  const factor = faster ? 1 / r : r;
  const word = betterHigher ? (faster ? 'more' : 'less') : faster ? 'faster' : 'slower';
  if (!Number.isFinite(factor) || factor <= 0) return { value: '–', word: '' };
  if (factor < 1.1) {
    const off = Math.abs(1 - (betterHigher ? ratio : r));
    return off < 0.0005 ? { value: '0%', word: 'difference' } : { value: `${percent(off)}%`, word };
  }
  return { value: `${number(factor)}×`, word };
}

/** A relative difference with its sign: −66 %, +4.1 %. */
export function changeText(now: number, then: number): string | null {
  if (!(then > 0) || !Number.isFinite(now)) return null;
  const d = now / then - 1;
  if (Math.abs(d) < 0.005) return '±0%';
  if (d >= 2) return `${number(now / then)}×`;
  return `${d > 0 ? '+' : minus}${Math.abs(d * 100).toFixed(Math.abs(d) < 0.1 ? 1 : 0)}%`;
}

/** A p value, never shown as zero. */
export function pText(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.001 ? 5 : p < 0.1 ? 4 : 2)}`;
}

/** Seconds left, in words: "40 s", "3 min 20 s", "1 h 5 min". */
export function timeLeft(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s}${gap}s`;
  if (s < 3600)
    return s % 60 === 0 ? `${s / 60}${gap}min` : `${Math.floor(s / 60)}${gap}min ${s % 60}${gap}s`;
  const minutes = Math.round((s % 3600) / 60);
  return minutes === 0
    ? `${Math.floor(s / 3600)}${gap}h`
    : `${Math.floor(s / 3600)}${gap}h ${minutes}${gap}min`;
}

/** How long ago, against a `now` that is passed in: "just now", "3 min ago", "2 days ago". */
export function ago(at: string | number | Date, now: number): string {
  const s = Math.max(0, (now - new Date(at).getTime()) / 1000);
  if (s < 10) return 'just now';
  if (s < 60) return `${Math.floor(s)}${gap}s ago`;
  if (s < 3600) return `${Math.floor(s / 60)}${gap}min ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)}${gap}h ago`;
  const days = Math.floor(s / 86_400);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

const dateTime = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const dateTimeLong = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

export const dateText = (at: string | number | Date): string => dateTime.format(new Date(at));
export const dateLong = (at: string | number | Date): string => dateTimeLong.format(new Date(at));
export const clockText = (at: number, seconds = false): string => (seconds ? clockSeconds : clock).format(at);

/** A span of time; the day is said once where begin and end share it: "23 Nov, 16:02 – 16:40". */
export function spanText(from: number, to: number): string {
  const seconds = to - from < 600_000;
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  const begin = `${dateText(from).split(',')[0]}, ${clockText(from, seconds)}`;
  return `${begin} – ${sameDay ? clockText(to, seconds) : `${dateText(to).split(',')[0]}, ${clockText(to, seconds)}`}`;
}

export const plural = (n: number, one: string, many = `${one}s`): string =>
  `${count(n)} ${n === 1 ? one : many}`;
