import fs from 'node:fs';
import { AppError } from '@/lib/contracts/error';
import type { TlsTrust } from '@/lib/contracts/target';
import { refuseNoCertificate } from '@/lib/targets/http/trust';

/**
 * What a file with the certificate of an authority, or the wish to have none checked, means over https; empty where neither
 * was given.
 * @throws AppError bad-input for both at once, and for a file that holds no certificate
 */
export function trustOf(file: string | undefined, unchecked: boolean | undefined): { tls?: TlsTrust } {
  if (file === undefined) return unchecked ? { tls: { certificate: 'unchecked' } } : {};
  if (unchecked)
    throw new AppError('bad-input', 'Give the certificate of an authority or have none checked, not both.');
  let pem: string;
  try {
    pem = fs.readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('bad-input', `${file} cannot be read: it should hold a certificate (PEM).`, { cause });
  }
  refuseNoCertificate(pem, file);
  return { tls: { certificate: 'authority', pem } };
}
