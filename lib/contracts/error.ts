import { z } from 'zod';

export const errorCodes = [
  'bad-input',
  'not-signed-in',
  'not-allowed',
  'not-found',
  'conflict',
  'unreachable',
  'unsupported',
  'privilege-missing',
  'timeout',
  'cancelled',
  'internal',
] as const;
export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The one error envelope of the API. */
export const ErrorEnvelope = z.object({
  code: ErrorCode,
  message: z.string(),
  /** For bad input: the field and what would be right. */
  field: z.string().optional(),
});
export type ErrorEnvelope = z.infer<typeof ErrorEnvelope>;

/**
 * An error meant for a person. The message says what failed, on which target, and what to do next;
 * it never holds a secret.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field;
  }
}
