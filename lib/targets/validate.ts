import type { Connection, TargetOptions } from '@/lib/contracts/target';
import { addressOf } from './address';
import { allowedOrigins, allowedUrl } from './http/allowed';
import { httpBase } from './http/base';
import { postgresAddress } from './postgres/connect';

/**
 * Checks that settings can be read and that every path of a service stays within its allowed origins;
 * contacts nothing. Returns the address to show.
 * @throws AppError bad-input | not-allowed
 */
export function validateTarget(connection: Connection, options: TargetOptions): string {
  if (connection.kind === 'postgres' && connection.operatorUrl) postgresAddress(connection.operatorUrl);
  if (connection.kind === 'http') {
    const { url } = httpBase(connection);
    const origins = allowedOrigins(connection, options);
    const paths = [
      options.metricsPath,
      options.probePath,
      ...(options.mix?.requests.map((r) => r.path) ?? []),
    ];
    for (const path of ['/', ...paths]) if (path !== undefined) allowedUrl(url, path, origins);
  }
  return addressOf(connection);
}
