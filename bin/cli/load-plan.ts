import { AppError } from '@/lib/contracts/error';
import { LoadKind, LoadPlan, type LoadProbe, type LoadProfile } from '@/lib/contracts/load';
import type { LoadFileKind } from '@/lib/contracts/load-source';
import { probesOfMix, refuseTwice } from '@/lib/load/mix';
import { profileOf } from '@/lib/load/profiles';
import { scaleReplay } from '@/lib/load/sources/pace';
import { readSourceFile } from '@/lib/load/sources/read-file';
import { parseThreshold } from '@/lib/load/threshold-text';
import { note } from './output';
import { readText } from './read-json';
import { trustOf } from './trust';

export interface LoadFlags {
  url: string;
  profile: string;
  rate?: number;
  vus?: number;
  duration?: number;
  think?: number;
  mix?: string;
  har?: string;
  log?: string;
  openapi?: string;
  speed?: number;
  writes?: boolean;
  header: string[];
  threshold: string[];
  slo?: number;
  timeout?: number;
  keepalive: boolean;
  http2?: boolean;
  ca?: string;
  insecure?: boolean;
  seed?: number;
}

const kinds = LoadKind.options.join(', ');

/** The plan that the options of `ratchet load` ask for. Throws AppError('bad-input') that says which is wrong. */
export async function planOf(o: LoadFlags): Promise<LoadPlan> {
  const url = urlOf(o.url);
  const kind = LoadKind.safeParse(o.profile);
  if (!kind.success)
    throw new AppError('bad-input', `There is no profile "${o.profile}": choose one of ${kinds}.`);
  const file = fileOf(o);
  const trust = trustOf(o.ca, o.insecure);
  const profile = profileOf(kind.data, { users: o.vus, rate: o.rate, seconds: o.duration });
  const common: LoadProfile = {
    ...profile,
    thresholds: o.threshold.map(parseThreshold),
    keepAlive: o.keepalive,
    http: o.http2 ? '2' : '1.1',
    ...(o.slo === undefined ? {} : { slo: { latencyMs: o.slo } }),
    ...(o.timeout === undefined ? {} : { requestTimeoutMs: o.timeout * 1_000 }),
    ...(o.think === undefined ? {} : { thinkTime: { minMs: o.think, maxMs: o.think } }),
  };
  if (!file) {
    if (kind.data === 'replay')
      throw new AppError('bad-input', 'A replay needs a file with times: give --log FILE or --har FILE.');
    const path = `${url.pathname}${url.search}`;
    const probe: LoadProbe = {
      name: `GET ${path}`,
      method: 'GET',
      path,
      headers: headersOf(o.header),
      weight: 1,
      rows: [],
    };
    return finished(o, common, { name: url.host, baseUrl: url.origin, ...trust }, [probe]);
  }
  const baseUrl = `${url.origin}${url.pathname.replace(/\/$/, '')}`;
  const source = readSourceFile(file.name, await readText(file.name), {
    kind: file.kind,
    baseUrl,
    ...(o.writes === undefined ? {} : { writes: o.writes }),
  });
  for (const line of source.notes) note(line);
  for (const { what, requests, why } of source.leftOut)
    note(`left out: ${what} (${requests} requests): ${why}`);
  const target = { name: url.host, baseUrl, ...trust };
  if (kind.data === 'replay') {
    if (!source.replay)
      throw new AppError('bad-input', `${file.name} holds no times, so it cannot be replayed.`);
    const { probes, arrivals } = scaleReplay(source.replay, o.speed ?? 1);
    return finished(o, common, target, withHeaders(probes, o.header), arrivals);
  }
  const noDatabase = () =>
    Promise.reject(
      new AppError(
        'bad-input',
        'A parameter reads from a database, which needs a stack: give its values, or start the load test in the browser.',
      ),
    );
  const probes = await probesOfMix(source.mix, noDatabase);
  return finished(o, common, target, withHeaders(probes, o.header));
}

function finished(
  o: LoadFlags,
  profile: LoadProfile,
  target: LoadPlan['target'],
  probes: LoadProbe[],
  arrivals?: [number, number][],
): LoadPlan {
  refuseTwice(probes);
  const names = new Set(probes.map((p) => p.name));
  for (const { endpoint } of profile.thresholds) {
    if (endpoint !== undefined && !names.has(endpoint))
      throw new AppError(
        'bad-input',
        `A threshold names the endpoint "${endpoint}"; the load has ${[...names].slice(0, 5).join(', ')}.`,
      );
  }
  const plan = LoadPlan.safeParse({
    profile,
    target,
    probes,
    seed: o.seed ?? 1,
    ...(arrivals ? { arrivals } : {}),
  });
  if (plan.success) return plan.data;
  const issue = plan.error.issues[0];
  throw new AppError('bad-input', `${issue?.path.join('.')}: ${issue?.message}`);
}

function fileOf(o: LoadFlags): { name: string; kind: LoadFileKind } | null {
  const given = (
    [
      ['mix', o.mix],
      ['har', o.har],
      ['access-log', o.log],
      ['openapi', o.openapi],
    ] as const
  ).flatMap(([kind, name]) => (name === undefined ? [] : [{ kind, name }]));
  if (given.length > 1) throw new AppError('bad-input', 'Give one of --mix, --har, --log, --openapi.');
  return given[0] ?? null;
}

function urlOf(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Said below.
  }
  throw new AppError('bad-input', `"${text}" is not an http or https address.`);
}

function withHeaders(probes: LoadProbe[], list: readonly string[]): LoadProbe[] {
  const headers = headersOf(list);
  return probes.map((p) => ({ ...p, headers: { ...p.headers, ...headers } }));
}

function headersOf(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    list.map((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new AppError('bad-input', 'Write a header as "name: value".');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}
