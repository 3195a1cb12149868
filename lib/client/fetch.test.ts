import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiError, apiUrl, request } from './fetch';

let server: Server;
let origin: string;
const realFetch = globalThis.fetch;

beforeAll(async () => {
  server = createServer((req, res) => {
    const answer = (status: number, body: string) => {
      res.writeHead(status, { 'content-type': 'application/json' });
      res.end(body);
    };
    if (req.url === '/api/v1/good?stack=demo') answer(200, '{"n":7}');
    else if (req.url === '/api/v1/refused') answer(403, '{"code":"not-allowed","message":"Ask an admin."}');
    else if (req.url === '/api/v1/odd') answer(200, '{"n":"seven"}');
    else if (req.url === '/api/v1/none') res.writeHead(204).end();
    else answer(502, '<html>');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
  // A browser resolves a path against its page; Node does not.
  globalThis.fetch = (input, init) => realFetch(`${origin}${String(input)}`, init);
});
afterAll(async () => {
  globalThis.fetch = realFetch;
  await new Promise((done) => server.close(done));
});

const Answer = z.object({ n: z.number() });

describe('request', () => {
  it('parses what the contract describes and leaves out empty query values', async () => {
    expect(await request('good', () => Answer, { query: { stack: 'demo', target: undefined } })).toEqual({
      n: 7,
    });
    expect(apiUrl('series', { a: null, b: 0 })).toBe('/api/v1/series?b=0');
  });
  it('throws the envelope of a refusal', async () => {
    const error = await request('refused', () => Answer).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: 'not-allowed', status: 403, message: 'Ask an admin.' });
  });
  it('refuses an answer of another shape and names the field', async () => {
    await expect(request('odd', () => Answer)).rejects.toThrow(/odd.*n:/);
  });
  it('takes an empty answer as null, and an answer that is not JSON as a failure', async () => {
    expect(await request('none', () => z.null())).toBeNull();
    await expect(request('broken', () => Answer)).rejects.toMatchObject({ code: 'internal', status: 502 });
  });
});
