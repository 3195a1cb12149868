import {
  type LoadPlan,
  type LoadProbe,
  type LoadProfile,
  type LoadThreshold,
  SECRET,
} from '../../contracts/load';
import { k6Name } from './k6-name';

/**
 * A plan as a k6 script: the same stages, weights, parameters, checks and thresholds, for loads beyond one machine
 * (k6-operator runs it on Kubernetes). Secret header values are not in a plan; the script reads them from the environment.
 * What k6 cannot do alike is said in its head: a replay becomes a rate that follows the recorded one, and a threshold that
 * stops a run looks at the whole run so far, not at the last seconds.
 * API: https://grafana.com/docs/k6/latest/using-k6/scenarios/ and …/using-k6/thresholds/.
 */
export function k6Script(plan: LoadPlan, title: string): string {
  const { profile } = plan;
  const secrets = secretNames(plan.probes);
  const head = [
    `// ${oneLine(title)}`,
    `// The load of a Ratchet test as a k6 script. Run it and read the result back:`,
    `//   k6 run${secrets.map((s) => ` -e ${s}=…`).join('')} --out json=result.json script.js`,
    ...notes(plan).map((note) => `// ${note}`),
  ];
  const options = {
    scenarios: { load: scenario(plan) },
    thresholds: thresholds(profile.thresholds),
    summaryTrendStats: ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)'],
    ...(profile.keepAlive ? {} : { noConnectionReuse: true }),
    ...(plan.target.tls?.certificate === 'unchecked' ? { insecureSkipTLSVerify: true } : {}),
  };
  return `${head.join('\n')}
import { check, sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';

export const options = ${literal(options)};

const baseUrl = ${literal(plan.target.baseUrl.replace(/\/$/, ''))};
const probes = [
${plan.probes.map((probe) => probeText(probe)).join('\n')}
];
const total = probes.reduce((sum, probe) => sum + probe.weight, 0);

function pick() {
  let left = Math.random() * total;
  for (const probe of probes) {
    left -= probe.weight;
    if (left < 0) return probe;
  }
  return probes[probes.length - 1];
}

function fill(text, row, encode) {
  return text.replace(/\\{([A-Za-z_][A-Za-z0-9_]*)\\}/g, (whole, name) => (name in row ? encode(row[name]) : whole));
}

const inJson = (value) => JSON.stringify(value).slice(1, -1);

export default function () {
  const probe = pick();
  const row = probe.rows.length > 0 ? probe.rows[exec.scenario.iterationInTest % probe.rows.length] : {};
  const response = http.request(
    probe.method,
    baseUrl + fill(probe.path, row, encodeURIComponent),
    probe.body === null ? null : fill(probe.body, row, inJson),
    {
      headers: probe.headers,
      tags: { name: probe.name },
      redirects: 0,
      timeout: ${literal(`${profile.requestTimeoutMs}ms`)},
      responseCallback: http.expectedStatuses(...probe.statuses),
    },
  );
  check(response, probe.checks);
${thinkTime(profile)}}
`;
}

const oneLine = (text: string) => text.replace(/[\r\n\u2028\u2029]+/g, ' ');

/** A value as JavaScript. JSON is JavaScript but for two separators of lines, which older engines refuse. */
function literal(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

function notes({ profile, arrivals, target }: LoadPlan): string[] {
  const out: string[] = [];
  if (arrivals) {
    out.push(
      'A recorded rhythm is followed by its rate in steps; requests are drawn by weight, not in their recorded order.',
    );
  }
  if (profile.thresholds.some((t) => t.stop)) {
    out.push(
      'A threshold that stops the run is judged by k6 on all requests so far, in Ratchet on the last seconds.',
    );
  }
  if (profile.http === '2') out.push('k6 speaks HTTP/2 by itself where a TLS server offers it.');
  if (target.tls?.certificate === 'authority')
    out.push(
      'k6 trusts what the system trusts: give the certificate of the authority as SSL_CERT_FILE=ca.pem.',
    );
  if (profile.stress)
    out.push('The search for the limit has all its steps here; Ratchet ends it at the first that breaks.');
  return out;
}

interface Stage {
  duration: string;
  target: number;
}

function scenario(plan: LoadPlan): Record<string, unknown> {
  const { profile } = plan;
  const levels = plan.arrivals
    ? replayLevels(plan.arrivals)
    : [...profile.stages, ...stressSteps(profile)].map((s) => ({ ms: s.durationMs, level: s.level }));
  const open = profile.model === 'open' || plan.arrivals !== undefined;
  // k6 takes whole numbers only; rates below one a second, or between, become rates a minute.
  const whole = [profile.startLevel, ...levels.map((l) => l.level)].every(Number.isInteger);
  const perUnit = open && !whole ? 60 : 1;
  const stages: Stage[] = levels.map(({ ms, level }) => ({
    duration: ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`,
    target: Math.round(level * perUnit),
  }));
  if (!open) {
    return {
      executor: 'ramping-vus',
      startVUs: Math.round(profile.startLevel),
      stages,
      gracefulRampDown: '0s',
    };
  }
  const most = Math.max(profile.startLevel, ...levels.map((l) => l.level), 1);
  return {
    executor: 'ramping-arrival-rate',
    startRate: Math.round(profile.startLevel * perUnit),
    timeUnit: perUnit === 60 ? '1m' : '1s',
    preAllocatedVUs: Math.min(profile.maxInFlight, Math.max(10, Math.ceil(most / 2))),
    maxVUs: profile.maxInFlight,
    stages,
  };
}

function stressSteps({ stress, stages, startLevel }: LoadProfile): LoadProfile['stages'] {
  if (!stress) return [];
  const out: LoadProfile['stages'] = [];
  for (
    let level = (stages.at(-1)?.level ?? startLevel) + stress.step;
    level <= stress.maxLevel;
    level += stress.step
  ) {
    out.push({ durationMs: 0, level }, { durationMs: stress.stepMs, level });
  }
  return out;
}

/** The recorded rate in at most 200 steps of equal length. */
function replayLevels(arrivals: readonly (readonly [number, number])[]): { ms: number; level: number }[] {
  const length = Math.max(1_000, arrivals.at(-1)?.[0] ?? 0);
  const stepMs = Math.max(1_000, Math.ceil(length / 200 / 1_000) * 1_000);
  const counts = new Array<number>(Math.ceil((length + 1) / stepMs)).fill(0);
  for (const [at] of arrivals) {
    const i = Math.floor(at / stepMs);
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return counts.flatMap((n) => {
    const level = n / (stepMs / 1_000);
    return [
      { ms: 0, level },
      { ms: stepMs, level },
    ];
  });
}

const trend = { p50: 'med', p90: 'p(90)', p95: 'p(95)', p99: 'p(99)', average: 'avg' } as const;

function thresholds(list: readonly LoadThreshold[]): Record<string, unknown[]> {
  const out: Record<string, unknown[]> = {};
  for (const { endpoint, metric, limit, stop, holdMs } of list) {
    const [base, expression] =
      metric === 'errors'
        ? ['http_req_failed', `rate<=${limit}`]
        : metric === 'throughput'
          ? ['http_reqs', `rate>=${limit}`]
          : ['http_req_duration', `${trend[metric]}<=${limit}`];
    const name = endpoint === undefined ? base : `${base}{name:${k6Name(endpoint)}}`;
    const entry = stop
      ? { threshold: expression, abortOnFail: true, delayAbortEval: `${holdMs}ms` }
      : expression;
    out[name] = [...(out[name] ?? []), entry];
  }
  return out;
}

const environmentName = (header: string) => `HEADER_${header.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

function secretNames(probes: readonly LoadProbe[]): string[] {
  const names = probes.flatMap((p) =>
    Object.entries(p.headers).flatMap(([k, v]) => (v === SECRET ? [environmentName(k)] : [])),
  );
  return [...new Set(names)];
}

function probeText(probe: LoadProbe): string {
  const headers = Object.entries(probe.headers).map(([name, value]) =>
    value === SECRET
      ? `${literal(name)}: __ENV.${environmentName(name)}`
      : `${literal(name)}: ${literal(value)}`,
  );
  const checks = Object.entries(checksOf(probe)).map(([name, code]) => `${literal(name)}: (r) => ${code}`);
  return `  {
    name: ${literal(k6Name(probe.name))},
    weight: ${probe.weight},
    method: ${literal(probe.method)},
    path: ${literal(probe.path)},
    headers: { ${headers.join(', ')} },
    body: ${probe.body === undefined ? 'null' : literal(probe.body)},
    rows: ${literal(probe.rows, 0)},
    statuses: ${literal(statusesOf(probe), 0)},
    checks: { ${checks.join(', ')} },
  },`;
}

/** As `http.expectedStatuses` takes them: numbers, and ranges with both ends. */
function statusesOf({ expect }: LoadProbe): (number | { min: number; max: number })[] {
  if (!expect?.status) return [{ min: 200, max: 299 }, 304];
  return expect.status.map((s) => (typeof s === 'number' ? s : { min: s[0], max: s[1] }));
}

function checksOf({ expect }: LoadProbe): Record<string, string> {
  const out: Record<string, string> = {};
  if (expect?.status) {
    const tests = expect.status.map((s) =>
      typeof s === 'number' ? `r.status === ${s}` : `(r.status >= ${s[0]} && r.status <= ${s[1]})`,
    );
    out[`status ${expect.status.map((s) => (typeof s === 'number' ? s : s.join('–'))).join(', ')}`] =
      tests.join(' || ');
  }
  if (expect?.bodyIncludes !== undefined) {
    out[`body includes ${expect.bodyIncludes}`] =
      `typeof r.body === 'string' && r.body.includes(${literal(expect.bodyIncludes)})`;
  }
  if (expect?.bodyMatches !== undefined) {
    out[`body matches ${expect.bodyMatches}`] =
      `typeof r.body === 'string' && new RegExp(${literal(expect.bodyMatches)}, 'u').test(r.body)`;
  }
  return out;
}

function thinkTime({ model, thinkTime: { minMs, maxMs } }: LoadProfile): string {
  if (model !== 'closed' || maxMs <= 0) return '';
  return `  sleep((${minMs} + Math.random() * ${maxMs - minMs}) / 1000);\n`;
}
