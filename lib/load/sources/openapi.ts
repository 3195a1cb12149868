import { z } from 'zod';
import { AppError } from '../../contracts/error';
import type { LoadMix, LoadRequest } from '../../contracts/load';
import type { LoadSource } from '../../contracts/load-source';
import { mostValues } from '../parameters';
import { parseJsonAs } from './json-text';
import { givenValues, hasExample, References } from './openapi-values';
import { isSecretName } from './secrets';
import { belowBase, changesData, LeftOut, type SourceOptions } from './source';
import { parseYamlAs } from './yaml-text';

const Document = z.looseObject({
  // YAML reads 3.1 without quotes as a number.
  openapi: z.coerce.string().regex(/^3\.\d/, 'this is not OpenAPI 3'),
  servers: z.array(z.object({ url: z.string() })).optional(),
  security: z.array(z.unknown()).optional(),
  paths: z.record(z.string(), z.unknown()),
});
const fix = 'Ratchet reads OpenAPI 3 as JSON or YAML; most services offer /openapi.json.';
const tooMuch =
  'the examples of this document are too large: those taken may have 64 million characters in all';
const verbs = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const;

/** A file that says that it is YAML; one without such a name is told by its first character. */
const isYamlName = (file: string): boolean => /\.ya?ml$/i.test(file);

/** One operation on its way to a request. */
interface Draft {
  path: string;
  query: string[];
  headers: Record<string, string>;
  parameters: Record<string, string[]>;
}

/**
 * An OpenAPI 3 document (https://spec.openapis.org/oas/v3.1.0), JSON or YAML, as a workload: one request an operation, all of the same
 * weight. Parameters and bodies take the examples, enums and defaults that the document gives; an operation with a
 * required value that it does not give is listed, never filled with something invented. Operations that change data are
 * left out unless `writes` asks for them.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readOpenApi(file: string, text: string, o: SourceOptions = {}): LoadSource {
  const isJson = /^\s*\{/.test(text) && !isYamlName(file);
  const document = (isJson ? parseJsonAs : parseYamlAs)({ file, text }, Document, fix);
  const refs = new References(document);
  const leftOut = new LeftOut();
  const base = serverPath(document.servers?.[0]?.url);
  const mix: LoadMix = { requests: [], parameters: {} };
  let secured = document.security !== undefined && document.security.length > 0;
  for (const [template, item] of Object.entries(document.paths)) {
    const path = refs.object(item);
    for (const verb of verbs) {
      const operation = refs.object(path?.[verb]);
      if (!path || !operation) continue;
      const method = methodName[verb];
      const leave = (why: string) => leftOut.add(`${method} ${template}`, why);
      if (changesData(method) && !o.writes) {
        leave('it changes data');
        continue;
      }
      refs.tooMuch = false;
      const draft = fillIn(template, [...list(path.parameters), ...list(operation.parameters)], refs, mix);
      const body = typeof draft === 'string' ? null : bodyOf(operation, refs);
      const full = typeof draft === 'string' ? null : belowBase(`${base}${draft.path}`, o.baseUrl);
      if (refs.tooMuch) leave(tooMuch);
      else if (typeof draft === 'string') leave(draft);
      else if (typeof body === 'string') leave(body);
      else if (full === null) leave('it lies outside of the base path of the target');
      else {
        secured ||= Array.isArray(operation.security) && operation.security.length > 0;
        Object.assign(
          mix.parameters,
          Object.fromEntries(Object.entries(draft.parameters).map(([k, values]) => [k, { values }])),
        );
        mix.requests.push({
          name: `${method} ${template}`,
          method,
          path: draft.query.length > 0 ? `${full}?${draft.query.join('&')}` : full,
          headers: { ...draft.headers, ...(body ? { 'content-type': body.type } : {}) },
          ...(body ? { body: body.text } : {}),
          weight: 1,
        });
      }
    }
  }
  if (mix.requests.length === 0) {
    const [first] = leftOut.list();
    throw new AppError(
      'bad-input',
      `${file}: none of its operations can be sent.${first ? ` For example ${first.what}: ${first.why}.` : ''} Add examples to the document.`,
      { field: 'file' },
    );
  }
  const notes = [
    'A document does not say how often each operation is called: all have the same weight. Set the weights.',
  ];
  if (secured) notes.push('Operations ask for authorization: set it as a header of the target.');
  return { mix, notes, leftOut: leftOut.list(), replay: null };
}

const methodName = {
  get: 'GET',
  head: 'HEAD',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
} as const satisfies Record<(typeof verbs)[number], LoadRequest['method']>;

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Path of the first server, without a trailing slash; placeholders in it are not resolved. */
function serverPath(url: string | undefined): string {
  if (url === undefined || url.includes('{') || !URL.canParse(url, 'http://server')) return '';
  return new URL(url, 'http://server').pathname.replace(/\/$/, '');
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The path, query and headers of an operation with their values; the reason where one cannot be filled in. */
function fillIn(template: string, declared: unknown[], refs: References, mix: LoadMix): Draft | string {
  const draft: Draft = { path: template, query: [], headers: {}, parameters: {} };
  // A parameter of the operation replaces one of the path item.
  const parameters = new Map<string, Record<string, unknown>>();
  if (!refs.mayLook(declared.length)) return 'it has too many parameters';
  for (const entry of declared) {
    const p = refs.object(entry);
    if (p && typeof p.name === 'string') parameters.set(`${p.in} ${p.name}`, p);
  }
  const take = (name: string, values: string[]): string => {
    const base = name.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, 'p_');
    let free = base;
    const other = (n: string) => {
      const source = draft.parameters[n] ?? valuesOf(mix, n);
      return source !== undefined && JSON.stringify(source) !== JSON.stringify(values);
    };
    for (let n = 2; other(free); n++) free = `${base}_${n}`;
    draft.parameters[free] = values;
    return `{${free}}`;
  };
  for (const p of parameters.values()) {
    const name = String(p.name);
    const values = givenValues(contentOf(p, refs) ?? p, refs)
      .map(asText)
      .slice(0, mostValues);
    const required = p.required === true || p.in === 'path';
    if (!required && !hasExample(p, refs)) continue;
    if (p.in === 'cookie' || (p.in === 'header' && isSecretName(name))) {
      if (required) return `it needs the ${p.in} ${name}, which holds a secret`;
      continue;
    }
    if (values.length === 0) return `its ${p.in} parameter ${name} has no example, enum or default`;
    if (p.in === 'path') draft.path = draft.path.replaceAll(`{${name}}`, take(name, values));
    else if (p.in === 'query') draft.query.push(`${encodeURIComponent(name)}=${take(name, values)}`);
    else if (p.in === 'header') draft.headers[name.toLowerCase()] = values[0] ?? '';
  }
  const unfilled = /\{([^}]*)\}/g;
  for (const [whole, name] of draft.path.matchAll(unfilled)) {
    if (draft.parameters[whole.slice(1, -1)] === undefined)
      return `its path parameter ${name} is not described`;
  }
  return draft;
}

const valuesOf = (mix: LoadMix, name: string): string[] | undefined => {
  const source = mix.parameters[name];
  return source && 'values' in source ? source.values : undefined;
};

/** A parameter may describe its value as a media type instead of a schema. */
function contentOf(p: Record<string, unknown>, refs: References): Record<string, unknown> | null {
  return refs.object(Object.values(refs.object(p.content) ?? {})[0]);
}

/** The body of an operation, null when it takes none; the reason where the document gives no value for it. */
function bodyOf(
  operation: Record<string, unknown>,
  refs: References,
): { type: string; text: string } | null | string {
  const body = refs.object(operation.requestBody);
  if (!body) return null;
  for (const [type, media] of Object.entries(refs.object(body.content) ?? {})) {
    const holder = refs.object(media);
    const [value] = holder ? givenValues(holder, refs) : [];
    if (value === undefined) continue;
    if (/\bjson\b/i.test(type)) return { type, text: JSON.stringify(value) };
    if (/x-www-form-urlencoded/i.test(type) && typeof value === 'object' && value !== null) {
      const pairs = Object.entries(value).map(([k, v]): [string, string] => [k, asText(v)]);
      return { type, text: new URLSearchParams(pairs).toString() };
    }
    if (typeof value === 'string') return { type, text: value };
  }
  return body.required === true ? 'its body has no example' : null;
}
