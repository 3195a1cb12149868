import fs from 'node:fs/promises';
import { AppError } from '@/lib/contracts/error';

/** The text of a file. AppError bad-input naming it. */
export async function readText(file: string): Promise<string> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (cause) {
    const why =
      (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new AppError('bad-input', `${file}: ${why}`, { cause });
  }
}

/** A JSON file as a value. AppError bad-input naming it. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readText(file);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad-input', `${file}: not JSON: ${(cause as Error).message}`, { cause });
  }
}
