import type { LoadErrorKind } from '../../contracts/load-record';
import { refusedCertificate } from '../../targets/http/trust';
import { reason } from '../senders';
import { type Exchange, failed } from './exchange';

const acceptIt =
  "Give the certificate of its authority (--ca FILE, or in the target's settings), or leave it unchecked (--insecure, or there)";

const connecting = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
]);
/** What this machine ran out of: the generator's limit, not the target's. */
const ownLimits: Record<string, string> = {
  EADDRNOTAVAIL: 'the generator has no free local port for another connection',
  EMFILE: 'the generator has no free file descriptor for another connection',
  ENFILE: 'this machine has no free file descriptor for another connection',
  ENOBUFS: 'this machine has no buffer space for another connection',
};

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Why this machine, and not the target, could not open a connection; null for every other error. */
export function ownLimit(error: unknown): string | null {
  return ownLimits[codeOf(error)] ?? null;
}

/** The kind of a transport error. `secured`: the TLS handshake was over (or none was wanted). */
export function kindOf(error: unknown, secured: boolean): LoadErrorKind {
  const code = codeOf(error);
  if (connecting.has(code)) return 'connection';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (!secured || /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) return 'tls';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') return 'reset';
  if (code === 'EPROTO') return 'tls';
  return code.startsWith('HPE_') || code.startsWith('ERR_HTTP2') ? 'protocol' : 'reset';
}

export function transportFailure(error: unknown, secured: boolean, bytes = 0): Exchange {
  const why = refusedCertificate(error)
    ? `the certificate of the server is not accepted: ${reason(error)}. ${acceptIt}`
    : reason(error);
  return failed(kindOf(error, secured), why, bytes);
}
