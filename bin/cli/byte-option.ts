import { InvalidArgumentError } from 'commander';

/** PostgreSQL's own units: kB is 1,024 bytes. */
const units: Record<string, number> = {
  '': 1,
  b: 1,
  bytes: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  tb: 1024 ** 4,
};

/** Parser of a size such as `200MB`, `1.5 GB`, `512kB` or plain bytes, for commander. Bytes. */
export function byteOption(value: string): number {
  const [, number = '', unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$/.exec(value) ?? [];
  const factor = units[unit.toLowerCase()];
  const bytes = Math.round(Number(number) * (factor ?? Number.NaN));
  if (number === '' || !Number.isSafeInteger(bytes) || bytes < 1)
    throw new InvalidArgumentError(
      'Give a size above zero such as 200MB, 1.5GB, 512kB, or a number of bytes.',
    );
  return bytes;
}
