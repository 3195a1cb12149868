/**
 * Rounds to `digits` significant digits (9 by default). Figures that are stored or compared go through
 * this, so that the last bits of a logarithm can never make two machines disagree.
 * Reference: 0.123456789123 → 0.123456789.
 */
export function roundSignificant(value: number, digits = 9): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
