import type { z } from 'zod';
import type { ErrorCode } from '@/lib/contracts/error';

/** The API refused or could not be reached. `message` is meant for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly field: string | undefined;
  constructor(status: number, code: ErrorCode, message: string, field?: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

type Answers = typeof import('./answers');

interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  file?: Blob;
  signal?: AbortSignal;
}

export const apiBase = '/api/v1';

/** The address of an API call with its query, undefined and null left out. */
export function apiUrl(path: string, query: Call['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(key, String(value));
  }
  const text = search.toString();
  return `${apiBase}/${path}${text === '' ? '' : `?${text}`}`;
}

/** What a failed answer says, in the one envelope, or the best that can be said where it is not one. */
async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const { ErrorEnvelope } = await import('@/lib/contracts/error');
  const envelope = ErrorEnvelope.safeParse(body);
  if (envelope.success) {
    return new ApiError(response.status, envelope.data.code, envelope.data.message, envelope.data.field);
  }
  return new ApiError(
    response.status,
    'internal',
    `The server answered ${response.status} ${response.statusText}`.trim(),
  );
}

/**
 * The one way to the API: sends JSON, throws {@link ApiError} on anything but success, and parses what comes back
 * with the contract, so that a page never shows a shape nobody agreed on.
 */
export async function request<T extends z.ZodType>(
  path: string,
  pick: (answers: Answers) => T,
  call: Call = {},
): Promise<z.infer<T>> {
  const schemas = import('./answers');
  let response: Response;
  try {
    response = await fetch(apiUrl(path, call.query), {
      method: call.method ?? 'GET',
      headers: call.body === undefined ? {} : { 'content-type': 'application/json' },
      ...(call.file === undefined ? {} : { body: call.file }),
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(
      0,
      'unreachable',
      'Ratchet itself does not answer. Is it still running? Trying again by itself.',
    );
  }
  if (response.status === 401 && path !== 'sign-in' && typeof window !== 'undefined') {
    window.location.assign('/sign-in');
  }
  if (!response.ok) throw await errorOf(response);
  const body: unknown = response.status === 204 ? null : await response.json().catch(() => null);
  const parsed = pick(await schemas).safeParse(body);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    throw new ApiError(
      response.status,
      'internal',
      `The answer of ${path} is not as agreed${first ? `: ${first.path.join('.')}: ${first.message}` : ''}`,
    );
  }
  return parsed.data;
}
