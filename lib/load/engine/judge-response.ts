import { AppError } from '../../contracts/error';
import type { LoadProbe } from '../../contracts/load';
import type { LoadErrorKind } from '../../contracts/load-record';
import type { Exchange } from '../wire/exchange';

export interface Judged {
  error: LoadErrorKind | null;
  /** In words; null when it succeeded. */
  detail: string | null;
}

const fine: Judged = { error: null, detail: null };

/**
 * A function that says whether a response is what a probe expects. Throws AppError('bad-input') for a regular expression that is
 * none.
 */
export function responseJudge(probe: LoadProbe): (exchange: Exchange) => Judged {
  const { expect = {} } = probe;
  const pattern = compile(probe);
  return (exchange) => {
    if (exchange.error !== null) return { error: exchange.error, detail: exchange.detail };
    const { status, body } = exchange;
    if (expect.status === undefined ? !succeeds(status) : !within(status, expect.status))
      return { error: kindOf(status), detail: `HTTP ${status}` };
    const { bodyIncludes } = expect;
    if (bodyIncludes === undefined && pattern === null) return fine;
    if (body === null) return { error: 'check', detail: 'the body could not be decompressed' };
    if (bodyIncludes !== undefined && !body.includes(bodyIncludes))
      return { error: 'check', detail: `the body does not hold "${bodyIncludes.slice(0, 80)}"` };
    if (pattern && !pattern.test(body))
      return { error: 'check', detail: `the body does not match /${pattern.source.slice(0, 80)}/` };
    return fine;
  };
}

function compile(probe: LoadProbe): RegExp | null {
  const source = probe.expect?.bodyMatches;
  if (source === undefined) return null;
  try {
    return new RegExp(source, 'u');
  } catch (cause) {
    throw new AppError('bad-input', `${probe.name}: "${source}" is not a regular expression.`, { cause });
  }
}

const succeeds = (status: number) => (status >= 200 && status < 300) || status === 304;

function within(status: number, allowed: readonly (number | [number, number])[]): boolean {
  return allowed.some((a) => (typeof a === 'number' ? a === status : status >= a[0] && status <= a[1]));
}

function kindOf(status: number): LoadErrorKind {
  if (status >= 500) return 'status-5xx';
  if (status >= 400) return 'status-4xx';
  return status >= 300 ? 'redirect' : 'check';
}
