import { AppError } from '../contracts/error';
import type { Mix, MixRequest } from '../contracts/target';
import type { HttpProbe } from '../contracts/workload';
import { placeholdersOf } from './template';

/** Most values of one parameter; enough that a cache does not hold them all by chance alone. */
export const mostValues = 200;

/** Runs a parameter's query on a Postgres target of the stack and gives the first column of its rows as text. */
export type ReadValues = (target: string, sql: string) => Promise<string[]>;

/**
 * The values of each parameter of a mix: as given, or read from a target; at most 200 each.
 * Throws AppError('bad-input') when a query gives no value.
 */
export async function resolveParameters(
  mix: Pick<Mix, 'parameters'>,
  read: ReadValues,
): Promise<Record<string, string[]>> {
  const values: Record<string, string[]> = {};
  for (const [name, source] of Object.entries(mix.parameters)) {
    const found = 'values' in source ? source.values : await read(source.target, source.sql);
    if (found.length === 0) {
      throw new AppError(
        'bad-input',
        `Parameter {${name}}: its query on ${'target' in source ? source.target : ''} gives no value.`,
      );
    }
    values[name] = found.slice(0, mostValues);
  }
  return values;
}

/** The probes of a mix with their placeholder rows: the i-th row takes the i-th value of each parameter, lists repeating. */
export function mixProbes(target: string, mix: Mix, values: Record<string, string[]>): HttpProbe[] {
  return mix.requests.map((request) => ({ ...request, kind: 'http', target, rows: rowsOf(request, values) }));
}

/** The values of one request's placeholders: the i-th row takes the i-th value of each parameter, lists repeating. */
export function rowsOf(
  request: Pick<MixRequest, 'path' | 'body'>,
  values: Record<string, string[]>,
): Record<string, string>[] {
  const known = new Set(Object.keys(values));
  const names = placeholdersOf(`${request.path} ${request.body ?? ''}`, known);
  const length = Math.max(0, ...names.map((name) => values[name]?.length ?? 0));
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(
      names.map((name) => {
        const list = values[name] ?? [];
        return [name, list[i % list.length] ?? ''];
      }),
    ),
  );
}
