import type { HttpRoute } from '../../contracts/http-snapshot';
import type { LoadRequest } from '../../contracts/load';
import type { LoadSource } from '../../contracts/load-source';
import { changesData, methodOf } from './source';

/**
 * The routes that a service's own metrics page names, weighted by how often they were called. A route with a place
 * for an id cannot be called without one, and what changes data needs a body: both are listed and not guessed.
 * Null when no route is left.
 */
export function sourceOfRoutes(routes: readonly HttpRoute[]): LoadSource | null {
  const leftOut: LoadSource['leftOut'] = [];
  const requests: LoadRequest[] = [];
  for (const { name, requests: count } of routes) {
    if (name === '') continue;
    const [, word = 'GET', path = ''] = /^(?:([A-Z]+) )?(\/\S*)$/.exec(name) ?? [];
    const method = methodOf(word);
    const leave = (why: string) => leftOut.push({ what: name, requests: Math.round(count), why });
    if (path === '' || method === null) leave('it is not a path that can be called');
    else if (changesData(method)) leave('it changes data, and its body is not known');
    else if (/[{}<>*()]|\/:/.test(path)) leave('it has a place for a value, and no values are known');
    else if (count > 0)
      requests.push({ name: `${method} ${path}`, method, path, headers: {}, weight: count });
  }
  if (requests.length === 0) return null;
  return {
    mix: { requests, parameters: {} },
    notes: [
      'Taken from the routes that the metrics page of the service names, weighted by how often each was called.',
    ],
    leftOut,
    replay: null,
  };
}
