import { AppError } from '../contracts/error';
import type { LoadMix, LoadProbe } from '../contracts/load';
import { type ReadValues, resolveParameters, rowsOf } from './parameters';

/** The probes of a mix, its placeholders resolved. Throws AppError('bad-input') for a name given twice or a parameter without values. */
export async function probesOfMix(mix: LoadMix, read: ReadValues): Promise<LoadProbe[]> {
  const values = await resolveParameters(mix, read);
  const probes = mix.requests.map((request) => ({ ...request, rows: rowsOf(request, values) }));
  refuseTwice(probes);
  return probes;
}

/** Throws AppError('bad-input') when two probes have one name: their figures could not be told apart. */
export function refuseTwice(probes: readonly Pick<LoadProbe, 'name'>[]): void {
  const seen = new Set<string>();
  for (const { name } of probes) {
    if (seen.has(name))
      throw new AppError('bad-input', `Two requests are named "${name}": give each a name of its own.`);
    seen.add(name);
  }
}
