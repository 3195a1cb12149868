import { validateHeaderName, validateHeaderValue } from 'node:http';
import { AppError } from '../../contracts/error';
import type { LoadPlan, LoadProbe } from '../../contracts/load';
import { fill, jsonEscape } from '../template';
import type { WireRequest } from '../wire/exchange';

/** Requests made beforehand, over all probes; the rows of larger tables are filled in as they are sent. */
const mostPrepared = 20_000;
/** The generator frames messages itself. */
const framing = new Set(['content-length', 'transfer-encoding', 'connection', 'host', 'upgrade', 'expect']);

/**
 * The requests of a plan by probe and turn: rows are taken one after the other. `headers` go with every request, those of a
 * probe win. Throws AppError('bad-input') for a header that cannot be sent.
 */
export function requestMaker(
  plan: LoadPlan,
  headers: Record<string, string>,
): (probe: number, turn: number) => WireRequest {
  const base = new URL(plan.target.baseUrl);
  const prefix = base.pathname.replace(/\/$/, '');
  const makers = plan.probes.map((probe) => {
    const own = headersOf(probe, headers, base.host, plan.profile.http === '1.1');
    const make = (row: Record<string, string>) => build(probe, row, prefix, own, plan.profile);
    return { probe, make };
  });
  const total = plan.probes.reduce((sum, p) => sum + Math.max(1, p.rows.length), 0);
  const prepared =
    total <= mostPrepared
      ? makers.map(({ probe, make }) => (probe.rows.length === 0 ? [make({})] : probe.rows.map(make)))
      : null;
  return (index, turn) => {
    const ready = prepared?.[index];
    const request = ready?.[turn % ready.length];
    if (request) return request;
    const maker = makers[index];
    if (!maker) throw new Error(`there is no probe ${index}`);
    return maker.make(maker.probe.rows[turn % Math.max(1, maker.probe.rows.length)] ?? {});
  };
}

function headersOf(
  probe: LoadProbe,
  common: Record<string, string>,
  host: string,
  textual: boolean,
): Map<string, string> {
  const all = new Map<string, string>([
    ['user-agent', 'ratchet-load'],
    ['accept', '*/*'],
  ]);
  for (const [name, value] of [...Object.entries(common), ...Object.entries(probe.headers)])
    all.set(name.toLowerCase(), value);
  if (probe.body !== undefined && !all.has('content-type')) all.set('content-type', 'application/json');
  for (const [name, value] of all) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      // The value may be a secret, so it is not repeated.
      throw new AppError('bad-input', `${probe.name}: the header "${name}" cannot be sent as it is.`);
    }
  }
  const chosenHost = all.get('host');
  for (const name of framing) all.delete(name);
  return textual
    ? new Map([['host', chosenHost ?? host], ...all])
    : new Map([...all, ...(chosenHost ? [[':authority', chosenHost] as const] : [])]);
}

function build(
  probe: LoadProbe,
  row: Record<string, string>,
  prefix: string,
  headers: Map<string, string>,
  profile: LoadPlan['profile'],
): WireRequest {
  const path = (prefix + fill(probe.path, row, encodeURIComponent)).replace(/[^\x21-\x7e]+/g, (text) =>
    // By way of bytes, since encodeURIComponent throws on half a surrogate pair.
    encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8')),
  );
  const body = probe.body === undefined ? null : Buffer.from(fill(probe.body, row, jsonEscape), 'utf8');
  const { expect } = probe;
  const lines = [`${probe.method} ${path} HTTP/1.1`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (body !== null) lines.push(`content-length: ${body.length}`);
  else if (probe.method === 'POST' || probe.method === 'PUT' || probe.method === 'PATCH')
    lines.push('content-length: 0');
  if (!profile.keepAlive) lines.push('connection: close');
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return {
    method: probe.method,
    path,
    headers: [...headers],
    body,
    wantBody: expect?.bodyIncludes !== undefined || expect?.bodyMatches !== undefined,
    bytes: body === null ? head : Buffer.concat([head, body]),
  };
}
