import type { LoadErrorKind } from '../../contracts/load-record';
import type { TlsTrust } from '../../contracts/target';

/** A request ready to be written. */
export interface WireRequest {
  method: string;
  /** Path and query, percent-encoded. */
  path: string;
  /** Lower-case names; without those that frame the message. */
  headers: readonly (readonly [string, string])[];
  body: Buffer | null;
  /** The response's body is needed for a check. */
  wantBody: boolean;
  /** The whole message as HTTP/1.1 sends it. */
  bytes: Buffer;
}

/** How one request went. */
export interface Exchange {
  error: LoadErrorKind | null;
  /** What exactly went wrong, in words. */
  detail: string | null;
  /** 0 when there was none. */
  status: number;
  /** Received, headers included where the protocol shows them. */
  bytes: number;
  /** Decoded, when it was wanted. */
  body: string | null;
}

export interface TransportOptions {
  keepAlive: boolean;
  /** For the whole exchange, connecting included, ms. */
  timeoutMs: number;
  maxBodyBytes: number;
  /** Whose certificate is accepted over TLS; without it as the system does. */
  tls?: TlsTrust | undefined;
}

/** Sends requests to one origin. */
export interface Transport {
  /** `done` is called exactly once, never before `send` has returned. */
  send(request: WireRequest, done: (exchange: Exchange) => void): void;
  /** Aborts what is in flight and frees every socket; `done` of those is not called. */
  close(): void;
  /** Why this machine can open no more connections (ports or file descriptors used up), or null. */
  readonly exhausted: string | null;
}

export function failed(error: LoadErrorKind, detail: string, bytes = 0, status = 0): Exchange {
  return { error, detail, status, bytes, body: null };
}
