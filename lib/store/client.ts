import fs from 'node:fs/promises';
import path from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { config } from '@/lib/config';
import { AppError } from '@/lib/contracts/error';
import { PrismaClient } from '@/prisma/generated/client';

/** The store: Prisma for the models, and the pool beneath it for plain SQL (series, job queue). */
export interface Store {
  db: PrismaClient;
  pool: pg.Pool;
  /** Connection URL; holds a password. */
  url: string;
  close(): Promise<void>;
}

/**
 * Opens the store at a URL and asks it one question, so that a wrong address fails here. Applies no
 * migration. `max` is the most connections held. Throws AppError('unreachable').
 */
export async function openStore(url: string, options: { max?: number } = {}): Promise<Store> {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    application_name: 'ratchet-store',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
  });
  // A connection that breaks while idle is replaced by the pool at the next query, which then reports.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new AppError(
      'unreachable',
      `The store does not answer at ${withoutPassword(url)}: ${text(cause)}`,
      { cause },
    );
  }
  const db = new PrismaClient({ adapter: new PrismaPg(pool, { disposeExternalPool: false }) });
  let closing: Promise<void> | undefined;
  return {
    db,
    pool,
    url,
    close: () => {
      closing ??= db.$disconnect().then(() => pool.end());
      return closing;
    },
  };
}

// On globalThis: Next loads this module once per bundle, and the pool must be one per process.
const shared = globalThis as typeof globalThis & { ratchetStore?: Promise<Store> };

/**
 * The store of this process, opened at the first call: at RATCHET_STORE_URL or DATABASE_URL, else where the
 * supervisor of this data folder says it is (`<dataDir>/run/store.json`).
 */
export function getStore(): Promise<Store> {
  shared.ratchetStore ??= storeUrl()
    .then((url) => openStore(url))
    .catch((error) => {
      delete shared.ratchetStore;
      throw error;
    });
  return shared.ratchetStore;
}

/** Where the store is. Throws AppError('unreachable') when no setting names it and nothing is running. */
export async function storeUrl(): Promise<string> {
  const { storeUrl: given, databaseUrl, dataDir } = config();
  if (given ?? databaseUrl) return given ?? databaseUrl ?? '';
  const written = await readStoreFile(dataDir);
  if (written) return written.url;
  throw new AppError(
    'unreachable',
    `Ratchet is not running on ${dataDir}. Start it with \`npm start\`, or set DATABASE_URL to its store.`,
  );
}

/** What the supervisor wrote about the store of a data folder, or null. */
export async function readStoreFile(dataDir: string): Promise<{ url: string; pid: number } | null> {
  const file = path.join(dataDir, 'run', 'store.json');
  const content = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new AppError('privilege-missing', `${file} cannot be read: ${error.message}`, { cause: error });
  });
  return content === null ? null : (JSON.parse(content) as { url: string; pid: number });
}

/** A URL as it may be shown and logged. */
export function withoutPassword(url: string): string {
  try {
    const u = new URL(url);
    if (u.password) u.password = '***';
    return u.toString();
  } catch {
    return 'an address that is not a URL';
  }
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error));
