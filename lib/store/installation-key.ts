import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';

let cached: Buffer | undefined;

/**
 * The 256-bit key of this installation: RATCHET_SECRET_KEY (hex or base64), else `<dataDir>/secret.key`,
 * made at first use and readable by its owner only. Synchronous, since it is read once a process.
 */
export function installationKey(): Buffer {
  const { secretKey, dataDir } = config();
  cached ??= secretKey ? decode(secretKey, 'RATCHET_SECRET_KEY') : keyFromFile(dataDir);
  return cached;
}

/** Reads the key file of a data folder, making it when it is not there; safe with several processes. */
export function keyFromFile(dataDir: string): Buffer {
  const file = path.join(dataDir, 'secret.key');
  if (!fs.existsSync(file)) {
    fs.mkdirSync(dataDir, { recursive: true });
    // Written whole under another name, then linked: link fails when another process was first.
    const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    fs.writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    try {
      fs.linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      fs.unlinkSync(draft);
    }
  }
  return decode(fs.readFileSync(file, 'utf8').trim(), file);
}

function decode(text: string, where: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length === 32) return key;
  throw new AppError(
    'bad-input',
    `${where} must hold 32 bytes in hex or base64, for example from \`openssl rand -hex 32\``,
  );
}
