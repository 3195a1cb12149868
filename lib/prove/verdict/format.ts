/**
 * Numbers in sentences, the same on every machine: no locale, no exponent, three significant digits
 * (0.0851 → "0.0851", 1.5 → "1.5", 12345 → "12300").
 */
export function plain(value: number, digits = 3): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded))));
  const text = rounded.toFixed(Math.min(decimals, 12));
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** "p = 0.0005", "p < 0.0001". */
export function plainP(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p < 0.001 ? p.toFixed(4) : plain(p, 2)}`;
}

/** A difference of rates in percentage points with its sign: "+0.25 percentage points". */
export function points(difference: number): string {
  return `${difference > 0 ? '+' : ''}${plain(difference * 100)} percentage points`;
}

/** "1 round", "12 rounds". */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** "A", "A and B", "A, B and 3 more". */
export function listed(names: readonly string[], most = 3): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
