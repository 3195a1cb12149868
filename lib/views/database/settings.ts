import type { SettingsView } from '@/lib/contracts/database';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

/** pg_settings.context in words; source: PostgreSQL's documentation of that view. */
const takesEffect: Record<string, string> = {
  internal: 'fixed when the server was built or made',
  postmaster: 'needs a restart',
  sighup: 'needs a reload',
  'superuser-backend': 'in new sessions',
  backend: 'in new sessions',
  superuser: 'in the session',
  user: 'in the session',
};

/** Settings somebody set, and those with a finding. @throws AppError not-found */
export async function databaseSettings(store: Store, query: ObserveQuery): Promise<SettingsView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(
    store,
    'postgres',
    PostgresSnapshot,
    query,
  );
  const settings = snapshot?.settings ?? [];
  return {
    target,
    takenAt,
    all: settings.length,
    settings: settings
      .map((s) => ({ ...s, findings: findingsOn(s.name) }))
      .filter((s) => s.findings.length > 0 || s.pendingRestart || !['default', 'override'].includes(s.source))
      .map(({ name, value, unit, source, context, pendingRestart, findings }) => ({
        name,
        value,
        unit,
        source,
        takesEffect: takesEffect[context] ?? context,
        pendingRestart,
        findings,
      })),
  };
}
