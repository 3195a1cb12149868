import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { AppError } from '../../contracts/error';
import type { TlsTrust } from '../../contracts/target';

/** What `tls.connect` is told so that it trusts whom it should; made once, since a context is dear to make. */
export function trustOptions(
  trust: TlsTrust | undefined,
): Pick<tls.ConnectionOptions, 'secureContext' | 'rejectUnauthorized'> {
  if (trust === undefined) return {};
  if (trust.certificate === 'unchecked') return { rejectUnauthorized: false };
  return { secureContext: tls.createSecureContext({ ca: trust.pem }) };
}

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Checks that a PEM text holds certificates that can be read, and no key. `field` names where it was given.
 * @throws AppError bad-input
 */
export function refuseNoCertificate(pem: string, field: string): void {
  const refuse = (why: string) =>
    new AppError('bad-input', `The certificate cannot be used: ${why}`, { field });
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    throw refuse('the text holds a private key. Give the certificate alone.');
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0)
    throw refuse('give it as PEM, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.');
  for (const text of blocks) {
    try {
      new X509Certificate(text);
    } catch (cause) {
      throw new AppError(
        'bad-input',
        'The certificate cannot be used: it is damaged. Copy the whole of it.',
        { field, cause },
      );
    }
  }
}

/** Whether an error of a connection says that the server's certificate is not accepted. Source: codes of OpenSSL as Node names them. */
export function refusedCertificate(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return (
    typeof code === 'string' &&
    /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE))/.test(
      code,
    )
  );
}
