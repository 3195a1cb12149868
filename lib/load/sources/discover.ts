import { AppError } from '../../contracts/error';
import type { HttpRoute } from '../../contracts/http-snapshot';
import type { LoadSource } from '../../contracts/load-source';
import { httpBase } from '../../targets/http/base';
import { connectHttp } from '../../targets/http/connect';
import type { Target } from '../../targets/registry';
import { readOpenApi } from './openapi';
import { sourceOfRoutes } from './routes';

/**
 * The endpoints of a target as far as they are known, without asking a person: its own mix, else the OpenAPI document
 * that it offers at `/openapi.json` or `/openapi.yaml`, else the routes that its metrics page names (`routes`, newest reading).
 * @throws AppError bad-input when none of the three is there
 */
export async function discoverSource(target: Target, routes: readonly HttpRoute[]): Promise<LoadSource> {
  const { connection, options, name } = target;
  if (connection.kind !== 'http') {
    throw new AppError('bad-input', `${name} is no HTTP target: a load needs one.`, { field: 'target' });
  }
  if (options.mix) {
    return { mix: options.mix, notes: [`The request mix of ${name}.`], leftOut: [], replay: null };
  }
  const document = await openApiOf(target);
  const found = document ?? sourceOfRoutes(routes);
  if (found) return found;
  throw new AppError(
    'bad-input',
    `No endpoint of ${name} is known: it has no request mix, no /openapi.json or /openapi.yaml whose operations could be sent, and no metrics page that names routes. Type one in, or drop a HAR, an access log, an OpenAPI document or a mix file.`,
  );
}

/** Where services offer their OpenAPI document; a page of another kind may answer there too. */
const places = [
  { path: '/openapi.json', accept: 'application/json', looks: /^\s*\{/ },
  { path: '/openapi.yaml', accept: 'application/yaml, text/yaml', looks: /^(["']?)openapi\1\s*:/m },
];

/** What the service's own OpenAPI document gives; null when there is none or none of its operations can be sent. */
async function openApiOf({ connection, options }: Target): Promise<LoadSource | null> {
  if (connection.kind !== 'http') return null;
  const session = connectHttp(connection, options);
  const baseUrl = httpBase(connection).url.href;
  try {
    for (const { path, accept, looks } of places) {
      const answer = await session.get(path, { accept });
      if (answer.status === 200 && looks.test(answer.body))
        return readOpenApi(path, answer.body, { baseUrl });
    }
    return null;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  } finally {
    await session.close();
  }
}
