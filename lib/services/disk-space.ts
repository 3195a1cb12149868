import fs from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@/lib/contracts/error';

const MB = 1_000_000;

/** Bytes that a plain user may still write on the disk that holds (or would hold) `dir`. */
export async function freeBytes(dir: string): Promise<number> {
  let at = path.resolve(dir);
  for (;;) {
    try {
      const { bavail, bsize } = await fs.statfs(at);
      return bavail * bsize;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path.dirname(at) === at) throw error;
      at = path.dirname(at);
    }
  }
}

/** Throws AppError('bad-input') when less than `needBytes` are free where the data folder is. */
export async function checkDiskSpace(dataDir: string, needBytes: number): Promise<string> {
  const free = await freeBytes(dataDir);
  if (free >= needBytes) return `${(free / 1e9).toFixed(1)} GB free`;
  throw new AppError(
    'bad-input',
    `The disk is almost full: ${Math.floor(free / MB)} MB are free for ${dataDir}, and Ratchet needs ` +
      `${Math.ceil(needBytes / MB)} MB. Free some space, or use a folder on another disk: RATCHET_DATA_DIR=… npm start`,
  );
}
