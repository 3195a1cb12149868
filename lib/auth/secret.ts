import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { installationKey } from '@/lib/store/installation-key';

/** A random 256-bit secret, safe in URLs and cookies. */
export const newSecret = () => randomBytes(32).toString('base64url');

/** What is stored in place of a secret. A plain hash is enough: the secrets have 256 random bits. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

// A key of its own for signatures, so that the sealing key serves one purpose.
const signingKey = (key: Buffer) => Buffer.from(hkdfSync('sha256', key, '', 'ratchet session signature', 32));

/** `secret.signature`, signed with the key of the installation (HMAC-SHA256). */
export function sign(secret: string, key: Buffer = installationKey()): string {
  return `${secret}.${createHmac('sha256', signingKey(key)).update(secret).digest('base64url')}`;
}

/** The secret of a signed value, or null when the signature is not ours. */
export function verify(signed: string, key: Buffer = installationKey()): string | null {
  const secret = signed.split('.')[0] ?? '';
  const [given, right] = [Buffer.from(signed), Buffer.from(sign(secret, key))];
  return given.length === right.length && timingSafeEqual(given, right) ? secret : null;
}
