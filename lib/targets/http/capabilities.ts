import { AppError } from '@/lib/contracts/error';
import type { Capabilities, TargetOptions } from '@/lib/contracts/target';
import type { HttpConnection } from './base';
import { connectHttp, type HttpSession } from './connect';
import { readKnobs } from './knobs';

type Check = Capabilities['checks'][number];

/**
 * Whether a service answers, and whether it has a metrics page: at `metricsPath`, by default `/metrics`.
 * @throws AppError unreachable | timeout | bad-input
 */
export async function testHttp(
  connection: HttpConnection,
  options: TargetOptions = {},
): Promise<Capabilities> {
  const session = connectHttp(connection, options);
  try {
    const path = options.probePath ?? '/';
    const answer = await session.get(path);
    const server = answer.headers.server ?? answer.headers['x-powered-by'];
    const metricsPath = options.metricsPath ?? '/metrics';
    const page = await session.get(metricsPath);
    return {
      version: typeof server === 'string' ? server : 'HTTP service',
      checks: [
        {
          name: `GET ${path}`,
          ok: answer.status < 500,
          detail: `status ${answer.status} in ${answer.ms.toFixed(1)} ms`,
        },
        metricsCheck(metricsPath, page.status, page.body),
        ...(connection.knobsToken === undefined ? [] : [await knobsCheck(session, connection.knobsToken)]),
      ],
    };
  } finally {
    await session.close();
  }
}

async function knobsCheck(session: HttpSession, token: string): Promise<Check> {
  const name = 'knobs';
  try {
    const knobs = await readKnobs(session, token);
    return { name, ok: true, detail: knobs.map((k) => k.name).join(', ') || 'offered, but none' };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'unreachable') throw error;
    return {
      name,
      ok: false,
      detail: error.message,
      enable: 'Offer the knobs of docs/knobs.md in the service, and give their token here.',
    };
  }
}

function metricsCheck(path: string, status: number, body: string): Check {
  const ok = status === 200 && /^# TYPE \S+ \w+/m.test(body);
  return {
    name: 'Prometheus metrics',
    ok,
    detail: ok ? `found at ${path}` : `GET ${path} gives status ${status} and no Prometheus text`,
    ...(ok
      ? {}
      : {
          enable:
            'Serve a histogram of request durations with labels method, route and status in Prometheus text format, and give its path as metricsPath.',
        }),
  };
}
