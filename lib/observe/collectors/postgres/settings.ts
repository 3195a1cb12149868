import type pg from 'pg';
import type { PgSetting } from '@/lib/contracts/postgres-snapshot';

/**
 * Server settings. Values that only this session has (our own timeouts) are replaced by what the session would
 * reset to. Left out: connection strings, passphrases, and settings an application made up, as they may hold
 * secrets.
 */
export async function readSettings(client: pg.Client): Promise<PgSetting[]> {
  const { rows } = await client.query<PgSetting>(
    `select /* ratchet */ name, coalesce(case when source = 'session' then reset_val else setting end, '') as value,
       unit, context, case when source = 'session' then 'default' else source end as source,
       pending_restart as "pendingRestart",
       case when source <> 'configuration file' then false
         else sourcefile ~ '(^|[/\\\\])postgresql[.]auto[.]conf$' end as "bySystem"
     from pg_catalog.pg_settings
     where name !~* 'conninfo|passphrase|password_command|secret|_command$'
       and (name !~ '[.]' or name ~ '^(pg_stat_statements|auto_explain|pg_qualstats|pg_stat_kcache|hypopg)[.]')
     order by name`,
  );
  return rows;
}
