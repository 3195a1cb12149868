import type { Connection, TargetOptions } from '@/lib/contracts/target';
import { addressOf } from './address';
import { allowedOrigins, allowedUrl } from './http/allowed';
import { httpBase } from './http/base';
import { refuseNoCertificate } from './http/trust';
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
    if (connection.tls?.certificate === 'authority')
      refuseNoCertificate(connection.tls.pem, 'connection.tls.pem');
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

/** For the audit: that someone chose not to check who answers. Empty where the certificate is checked. */
export const certificateNote = (connection: Connection): string =>
  connection.kind === 'http' && connection.tls?.certificate === 'unchecked'
    ? ', certificate not checked'
    : '';
