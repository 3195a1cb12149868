import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@/lib/contracts/error';
import { installationKey } from './installation-key';

const VERSION = 'v1';

/** Encrypts a text with the key of the installation (AES-256-GCM, a fresh 96-bit nonce for each). */
export function seal(text: string, key: Buffer = installationKey()): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

/** The text that `seal` encrypted. Throws AppError('internal') for another key or a changed text. */
export function unseal(sealed: string, key: Buffer = installationKey()): string {
  const [version, data = ''] = sealed.split('.');
  const bytes = Buffer.from(data, 'base64url');
  try {
    if (version !== VERSION || bytes.length < 28) throw new Error('not a sealed text');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new AppError(
      'internal',
      'A stored secret cannot be opened: the key of this installation is not the one it was sealed with. ' +
        'Put back secret.key (or RATCHET_SECRET_KEY), or enter the connection of the target again.',
      { cause },
    );
  }
}
