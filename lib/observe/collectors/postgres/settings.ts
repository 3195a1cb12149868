import type pg from 'pg';
import { z } from 'zod';
import { PgSetting } from '@/lib/contracts/postgres-snapshot';
import { lastingRow } from '../../lasting-rows';
import { oneRow } from './session';

/**
 * Server settings. Values that only this session has (our own timeouts) are replaced by what the session would
 * reset to. Left out: connection strings, passphrases, and settings an application made up, as they may hold
 * secrets.
 */
export async function readSettings(client: pg.Client): Promise<PgSetting[]> {
  const { text } = await oneRow<{ text: string }>(client, sql);
  const before = remembered.get(client);
  if (before?.text === text) return [...before.settings];
  const settings = PgSettings.parse(JSON.parse(text)).map(lastingRow);
  remembered.set(client, { text, settings });
  return [...settings];
}

/** Few change, and hardly ever: while the server spells all of them the same, they are. */
const remembered = new WeakMap<pg.Client, { text: string; settings: readonly PgSetting[] }>();

const PgSettings = z.array(PgSetting);

const sql = `select /* ratchet */ coalesce(pg_catalog.json_agg(s order by s.name), '[]')::text as text from (
  select name, coalesce(case when source = 'session' then reset_val else setting end, '') as value,
    unit, context, case when source = 'session' then 'default' else source end as source,
    pending_restart as "pendingRestart",
    case when source <> 'configuration file' then false
      else sourcefile ~ '(^|[/\\\\])postgresql[.]auto[.]conf$' end as "bySystem"
  from pg_catalog.pg_settings
  where name !~* 'conninfo|passphrase|password_command|secret|_command$'
    and (name !~ '[.]' or name ~ '^(pg_stat_statements|auto_explain|pg_qualstats|pg_stat_kcache|hypopg)[.]')) s`;
