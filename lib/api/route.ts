import type { z } from 'zod';
import { requireActor } from '@/lib/auth/require-actor';
import type { Actor, Role } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { getStore, type Store } from '@/lib/store/client';
import { errorResponse, json } from './respond';

export interface RouteSpec<P, Q, B> {
  /** Least role that may call it. */
  role: Role;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** Longest body taken, characters; 1 million by default. */
  maxBody?: number;
}

export interface RouteCall<P, Q, B> {
  store: Store;
  actor: Actor;
  params: P;
  query: Q;
  body: B;
  request: Request;
}

type Handler = ((request: Request, context: { params: Promise<unknown> }) => Promise<Response>) & {
  /** What it takes and who may call it, for the contract's test. */
  spec: RouteSpec<unknown, unknown, unknown>;
};

/**
 * A route handler: authorises, parses path, query and body, calls one verb, answers with JSON (or with the
 * Response the verb gives back). Errors become the envelope of lib/contracts/error.
 */
export function route<P = unknown, Q = unknown, B = unknown>(
  spec: RouteSpec<P, Q, B>,
  handle: (call: RouteCall<P, Q, B>) => Promise<unknown>,
): Handler {
  const handler = async (request: Request, context: { params: Promise<unknown> }) => {
    try {
      const actor = await requireActor(request, spec.role);
      const params = parse(spec.params, await context.params, 'path');
      const query = parse(spec.query, Object.fromEntries(new URL(request.url).searchParams), 'query');
      const body = spec.body
        ? parse(spec.body, await readJson(request, spec.maxBody), 'body')
        : (undefined as B);
      const result = await handle({ store: await getStore(), actor, params, query, body, request });
      return result instanceof Response ? result : json(result ?? { ok: true });
    } catch (error) {
      return errorResponse(error, request);
    }
  };
  return Object.assign(handler, { spec });
}

function parse<T>(schema: z.ZodType<T> | undefined, value: unknown, where: string): T {
  if (!schema) return undefined as T;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || where;
  throw new AppError('bad-input', `${field}: ${issue?.message ?? 'not understood'}`, { field });
}

async function readJson(request: Request, maxBody = 1_000_000): Promise<unknown> {
  const text = await request.text();
  if (text.length > maxBody)
    throw new AppError('bad-input', `The request body is larger than ${maxBody / 1e6} MB.`, {
      field: 'body',
    });
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError('bad-input', 'The request body is not valid JSON.', { field: 'body' });
  }
}
