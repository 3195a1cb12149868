import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations } from './contract';
import { openApiDocument } from './openapi';

const root = path.resolve(import.meta.dirname, '../../app/api/v1');
const Spec = z.object({ role: z.string(), query: z.unknown().optional(), body: z.unknown().optional() });
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Every exported handler under app/api/v1 with the specification that `route` gave it. */
async function handlers(): Promise<Map<string, z.infer<typeof Spec> | null>> {
  const found = new Map<string, z.infer<typeof Spec> | null>();
  const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((f) => path.basename(f) === 'route.ts')) {
    const module: Record<string, unknown> = await import(path.join(root, file));
    const at = `/${path
      .dirname(file)
      .replaceAll(path.sep, '/')
      .replace(/\[(\w+)\]/g, '{$1}')}`;
    for (const method of methods.filter((m) => m in module)) {
      const handler = module[method];
      const spec: unknown = typeof handler === 'function' && 'spec' in handler ? handler.spec : undefined;
      found.set(`${method} ${at}`, spec === undefined ? null : Spec.parse(spec));
    }
  }
  return found;
}

describe('the contract of the API', () => {
  it('lists every route with its role and schemas, and no other', { timeout: 60_000 }, async () => {
    const routes = await handlers();
    expect([...routes.keys()].sort()).toEqual(Object.keys(operations).sort());
    for (const [key, spec] of routes) {
      const operation = operations[key];
      // Without a specification it is not made by `route`, and asks nobody to sign in.
      expect(operation?.role, key).toBe(spec?.role ?? null);
      if (!spec) continue;
      expect(operation?.query === spec.query, `${key}: query`).toBe(true);
      expect(operation?.body === spec.body, `${key}: body`).toBe(true);
    }
  });

  it('becomes an OpenAPI document with every path, parameter and answer', () => {
    const document = JSON.parse(JSON.stringify(openApiDocument('1.2.3')));
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toHaveLength(
      new Set(Object.keys(operations).map((k) => k.split(' ')[1])).size,
    );
    expect(document.paths['/health'].get.security).toEqual([]);
    expect(document.paths['/targets/{id}'].delete.parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
    ]);
    const series = document.paths['/series'].get;
    expect(series.parameters.map((p: { name: string; required: boolean }) => [p.name, p.required])).toEqual([
      ['stack', true],
      ['metric', true],
      ['target', false],
      ['from', true],
      ['to', true],
      ['points', false],
    ]);
    expect(series.parameters[3].schema).toEqual({ type: 'string', format: 'date-time' });
    expect(series.responses['200'].content['application/json'].schema.type).toBe('array');
    expect(
      document.paths['/findings/{id}/mute'].post.requestBody.content['application/json'].schema.required,
    ).toEqual(['why']);
  });
});
