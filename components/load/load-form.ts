import {
  type Expectation,
  type LoadKind,
  LoadMix,
  type LoadModel,
  LoadProfile,
  type LoadRequest,
  LoadThreshold,
} from '@/lib/contracts/load';
import type { CreateLoadTestInput } from '@/lib/contracts/load-api';
import type { LoadSource } from '@/lib/contracts/load-source';
import { TlsTrust } from '@/lib/contracts/target';
import { type PresetKind, presets } from './presets';

export interface StageRow {
  seconds: string;
  level: string;
}

export interface RequestRow {
  name: string;
  method: LoadRequest['method'];
  path: string;
  weight: string;
  /** One `name: value` a line. */
  headers: string;
  body: string;
  /** `200-299, 304`; empty: as by default. */
  status: string;
  bodyIncludes: string;
  bodyMatches: string;
}

export interface ThresholdRow {
  endpoint: string;
  metric: LoadThreshold['metric'];
  limit: string;
  stop: boolean;
  holdSeconds: string;
}

export interface ParameterRow {
  name: string;
  /** One value a line; for a query the statement. */
  text: string;
  /** Name of the Postgres target a query runs on; null for a list. */
  target: string | null;
}

export interface LoadForm {
  target: string;
  title: string;
  kind: LoadKind;
  model: LoadModel;
  stages: StageRow[];
  step: string;
  stepSeconds: string;
  maxLevel: string;
  thinkMin: string;
  thinkMax: string;
  objectiveMs: string;
  timeoutSeconds: string;
  keepAlive: boolean;
  thresholds: ThresholdRow[];
  requests: RequestRow[];
  parameters: ParameterRow[];
  /** Whether requests or parameters were changed since they were read from the target. */
  edited: boolean;
  /** The workload is the target's own mix, which the server holds with its secret headers. */
  fromTarget: boolean;
  replay: LoadSource['replay'];
  confirmRemote: boolean;
  /** Over https: which certificate this run accepts; `target`: as the target is set. */
  certificate: 'target' | TlsTrust['certificate'];
  /** Of the authority, PEM. */
  authority: string;
}

const text = (value: number) => String(Number(value.toPrecision(12)));

/** The stages and model of a preset, in the form's text. A search for the limit ends at what the role may ask for. */
export function presetRows(
  kind: PresetKind,
  mostUsers = Number.POSITIVE_INFINITY,
): Pick<LoadForm, 'kind' | 'model' | 'stages' | 'step' | 'stepSeconds' | 'maxLevel'> {
  const { model, stages, stress } = presets[kind];
  return {
    kind,
    model,
    stages: stages.map((s) => ({ seconds: text(s.durationMs / 1000), level: text(s.level) })),
    step: text(stress?.step ?? 25),
    stepSeconds: text((stress?.stepMs ?? 10_000) / 1000),
    maxLevel: text(Math.min(mostUsers, stress?.maxLevel ?? 1_000)),
  };
}

export const emptyForm: LoadForm = {
  ...presetRows('ramp'),
  target: '',
  title: '',
  thinkMin: '0',
  thinkMax: '0',
  objectiveMs: '200',
  timeoutSeconds: '30',
  keepAlive: true,
  thresholds: [],
  requests: [],
  parameters: [],
  edited: false,
  fromTarget: false,
  replay: null,
  confirmRemote: false,
  certificate: 'target',
  authority: '',
};

export const emptyRequest: RequestRow = {
  name: '',
  method: 'GET',
  path: '/',
  weight: '1',
  headers: '',
  body: '',
  status: '',
  bodyIncludes: '',
  bodyMatches: '',
};

/** What a source gives, in the form. */
export function sourceRows(
  source: LoadSource,
): Pick<LoadForm, 'requests' | 'parameters' | 'replay' | 'edited'> {
  return {
    requests: source.mix.requests.map((r) => ({
      name: r.name,
      method: r.method,
      path: r.path,
      weight: text(r.weight),
      headers: Object.entries(r.headers)
        .map(([k, v]) => `${k}: ${v}`)
        .join('\n'),
      body: r.body ?? '',
      status: (r.expect?.status ?? []).map((s) => (typeof s === 'number' ? s : s.join('-'))).join(', '),
      bodyIncludes: r.expect?.bodyIncludes ?? '',
      bodyMatches: r.expect?.bodyMatches ?? '',
    })),
    parameters: Object.entries(source.mix.parameters).map(([name, p]) =>
      'values' in p
        ? { name, text: p.values.join('\n'), target: null }
        : { name, text: p.sql, target: p.target },
    ),
    replay: source.replay,
    edited: false,
  };
}

const numberOf = (value: string): number => (value.trim() === '' ? Number.NaN : Number(value));

/** `200-299, 304` as statuses and ranges; null when it is not understood. */
export function parseStatuses(value: string): NonNullable<Expectation['status']> | null {
  const parts = value.split(/[,\s]+/).filter((p) => p !== '');
  const statuses: NonNullable<Expectation['status']> = [];
  for (const part of parts) {
    const [, from, to] = /^(\d{3})(?:[-–](\d{3}))?$/.exec(part) ?? [];
    if (from === undefined) return null;
    statuses.push(to === undefined ? Number(from) : [Number(from), Number(to)]);
  }
  return statuses;
}

/** `name: value` lines as headers; null when a line has no colon. */
export function parseHeaders(value: string): Record<string, string> | null {
  const headers: Record<string, string> = {};
  for (const line of value.split('\n').filter((l) => l.trim() !== '')) {
    const colon = line.indexOf(':');
    if (colon <= 0) return null;
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  return headers;
}

/** The profile as typed, or what is wrong with it. */
export function profileOf(form: LoadForm): LoadProfile | string {
  const stress = form.kind === 'stress';
  const stages = form.kind === 'replay' ? [] : form.stages;
  for (const [i, s] of stages.entries()) {
    if (!(numberOf(s.seconds) >= 0))
      return `Stage ${i + 1}: the length is a number of seconds, 0 for a jump.`;
    if (!(numberOf(s.level) >= 0)) return `Stage ${i + 1}: the load is a number, 0 or more.`;
  }
  if (!stress && form.kind !== 'replay' && !stages.some((s) => numberOf(s.seconds) > 0))
    return 'A load needs a stage with a length.';
  if (
    stress &&
    !(numberOf(form.step) > 0 && numberOf(form.stepSeconds) >= 1 && numberOf(form.maxLevel) > 0)
  ) {
    return 'The search for the limit needs a step, a length of at least 1 s and a highest load.';
  }
  const [min, max] = [numberOf(form.thinkMin), numberOf(form.thinkMax)];
  if (!(min >= 0 && max >= min)) return 'Think time: the second number is at least the first, both in ms.';
  if (!(numberOf(form.objectiveMs) > 0)) return 'The objective is a latency in ms, more than 0.';
  if (!(numberOf(form.timeoutSeconds) >= 0.01)) return 'The timeout is a number of seconds, at least 0.01.';
  const thresholds = form.thresholds.map(thresholdOf);
  const wrong = thresholds.indexOf(null);
  if (wrong >= 0)
    return `Threshold ${wrong + 1}: the bound is a number, 0 or more${form.thresholds[wrong]?.metric === 'errors' ? ', at most 100%' : ''}.`;
  const parsed = LoadProfile.safeParse({
    kind: form.kind,
    model: form.kind === 'replay' ? 'open' : form.model,
    startLevel: 0,
    stages: stages.map((s) => ({
      durationMs: Math.round(numberOf(s.seconds) * 1000),
      level: numberOf(s.level),
    })),
    thinkTime: { minMs: min, maxMs: max },
    thresholds,
    requestTimeoutMs: Math.round(numberOf(form.timeoutSeconds) * 1000),
    keepAlive: form.keepAlive,
    slo: { latencyMs: numberOf(form.objectiveMs) },
    ...(stress
      ? {
          stress: {
            step: numberOf(form.step),
            stepMs: Math.round(numberOf(form.stepSeconds) * 1000),
            maxLevel: numberOf(form.maxLevel),
            until: {},
          },
        }
      : {}),
  });
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? 'The profile is not understood.');
}

/** Errors are typed in percent. */
function thresholdOf({ endpoint, metric, limit, stop, holdSeconds }: ThresholdRow): LoadThreshold | null {
  const value = metric === 'errors' ? numberOf(limit) / 100 : numberOf(limit);
  if (!(value >= 0) || (metric === 'errors' && value > 1)) return null;
  const parsed = LoadThreshold.safeParse({
    ...(endpoint === '' ? {} : { endpoint }),
    metric,
    limit: value,
    stop,
    holdMs: Math.round(numberOf(holdSeconds) * 1000),
  });
  return parsed.success ? parsed.data : null;
}

/** The mix as typed, or what is wrong with it. */
export function mixOf(form: LoadForm): LoadMix | string {
  if (form.requests.length === 0) return 'There is no endpoint yet: add one, or take them from a source.';
  const requests: unknown[] = [];
  for (const [i, r] of form.requests.entries()) {
    const where = `Endpoint ${i + 1}`;
    const headers = parseHeaders(r.headers);
    const status = parseStatuses(r.status);
    if (!r.path.startsWith('/')) return `${where}: the path begins with a slash.`;
    if (!(numberOf(r.weight) > 0)) return `${where}: the weight is a number above 0.`;
    if (headers === null) return `${where}: headers are written one a line, as name: value.`;
    if (status === null) return `${where}: statuses are written as 200-299, 304.`;
    const expect = {
      ...(status.length > 0 ? { status } : {}),
      ...(r.bodyIncludes === '' ? {} : { bodyIncludes: r.bodyIncludes }),
      ...(r.bodyMatches === '' ? {} : { bodyMatches: r.bodyMatches }),
    };
    requests.push({
      name: r.name.trim() === '' ? `${r.method} ${r.path}` : r.name.trim(),
      method: r.method,
      path: r.path,
      weight: numberOf(r.weight),
      headers,
      ...(r.body === '' ? {} : { body: r.body }),
      ...(Object.keys(expect).length > 0 ? { expect } : {}),
    });
  }
  const parameters = Object.fromEntries(
    form.parameters.map(({ name, text: value, target }) => [
      name,
      target === null ? { values: value.split('\n').filter((v) => v !== '') } : { target, sql: value },
    ]),
  );
  const parsed = LoadMix.safeParse({ requests, parameters });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `${issue?.path.join(' ') ?? 'mix'}: ${issue?.message ?? 'not understood'}.`;
  }
  const names = parsed.data.requests.map((r) => r.name);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  return twice === undefined ? parsed.data : `"${twice}" is the name of two endpoints. Give each its own.`;
}

/** Whose certificate the run accepts: null as the target is set, or what is wrong. */
function trustOf({ certificate, authority }: LoadForm): TlsTrust | null | string {
  if (certificate === 'target') return null;
  const parsed = TlsTrust.safeParse({ certificate, pem: authority.trim() });
  return parsed.success
    ? parsed.data
    : 'Paste the certificate of the authority, from -----BEGIN CERTIFICATE----- to its end.';
}

/** What is sent to start the test, or what is wrong. */
export function inputOf(form: LoadForm, stack: string): CreateLoadTestInput | string {
  if (form.target === '') return 'Choose a target.';
  const profile = profileOf(form);
  if (typeof profile === 'string') return profile;
  const tls = trustOf(form);
  if (typeof tls === 'string') return tls;
  const common = {
    stack,
    target: form.target,
    profile,
    confirmRemote: form.confirmRemote,
    ...(tls === null ? {} : { tls }),
    ...(form.title.trim() === '' ? {} : { title: form.title.trim() }),
  };
  if (form.kind === 'replay') {
    if (!form.replay) return 'A replay needs an access log or a HAR with times.';
    const { probes, arrivals } = form.replay;
    return { ...common, workload: { from: 'probes', probes, arrivals } };
  }
  if (form.fromTarget && !form.edited) return { ...common, workload: { from: 'target' } };
  const mix = mixOf(form);
  return typeof mix === 'string' ? mix : { ...common, workload: { from: 'mix', mix } };
}

/** Planned load over time: [s, level] corners of the curve; for a stress test up to eight of its steps. */
export function curveOf(form: LoadForm): [number, number][] {
  const out: [number, number][] = [[0, 0]];
  let t = 0;
  for (const { seconds, level } of form.kind === 'replay' ? [] : form.stages) {
    t += Math.max(0, numberOf(seconds) || 0);
    out.push([t, Math.max(0, numberOf(level) || 0)]);
  }
  if (form.kind === 'stress') {
    const [step, length, most] = [numberOf(form.step), numberOf(form.stepSeconds), numberOf(form.maxLevel)];
    let level = out.at(-1)?.[1] ?? 0;
    for (let i = 0; i < 8 && step > 0 && length > 0 && level + step <= most; i++) {
      level += step;
      out.push([t, level]);
      t += length;
      out.push([t, level]);
    }
  }
  if (form.kind === 'replay' && form.replay) return replayCurve(form.replay);
  return out;
}

/** Requests a second of a replay, in at most 60 steps. */
function replayCurve({ arrivals, durationMs }: NonNullable<LoadSource['replay']>): [number, number][] {
  const step = Math.max(1000, durationMs / 60);
  const counts = new Array<number>(Math.ceil(durationMs / step) + 1).fill(0);
  for (const [at] of arrivals) {
    const i = Math.floor(at / step);
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return counts.flatMap((n, i): [number, number][] => [
    [(i * step) / 1000, n / (step / 1000)],
    [Math.min(durationMs, (i + 1) * step) / 1000, n / (step / 1000)],
  ]);
}

/** Highest planned load, and length in s (null for a stress test), to hold against the caps of a role. */
export function extentOf(form: LoadForm): { level: number; seconds: number | null } {
  const curve = curveOf(form);
  const level =
    form.kind === 'stress' ? numberOf(form.maxLevel) || 0 : Math.max(0, ...curve.map(([, v]) => v));
  return { level, seconds: form.kind === 'stress' ? null : (curve.at(-1)?.[0] ?? 0) };
}
