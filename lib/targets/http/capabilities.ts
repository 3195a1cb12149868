import type { Capabilities, TargetOptions } from '@/lib/contracts/target';
import type { HttpConnection } from './base';
import { connectHttp } from './connect';

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
      ],
    };
  } finally {
    await session.close();
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
