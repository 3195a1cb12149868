import { InvalidArgumentError } from 'commander';

/** Parser of a numeric option, for commander; refuses what lies outside. */
export function numberOption(o: { min: number; max: number; whole?: boolean }): (value: string) => number {
  return (value) => {
    const n = Number(value);
    const fits = value.trim() !== '' && n >= o.min && n <= o.max && (!o.whole || Number.isInteger(n));
    if (!fits)
      throw new InvalidArgumentError(`Give a ${o.whole ? 'whole ' : ''}number from ${o.min} to ${o.max}.`);
    return n;
  };
}
