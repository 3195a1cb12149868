import type pg from 'pg';
import { displayIdentifier } from './quote';

interface Facts {
  number: number;
  database: string;
  owners: string[];
  statements: boolean;
}

const factsSql = `select /* ratchet */ current_setting('server_version_num')::int as number,
  current_database()::text as database,
  exists (select from pg_catalog.pg_available_extensions where name = 'pg_stat_statements') as statements,
  array(select distinct pg_catalog.pg_get_userbyid(c.relowner)::text
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and not (select r.rolsuper from pg_catalog.pg_roles r where r.oid = c.relowner)
    order by 1) as owners`;

/**
 * A script for psql that makes two roles in this database: an observer that reads statistics and tables and can
 * write nothing, and an operator that may do what the owners of the tables may. Reads what the script depends on.
 */
export async function setupScript(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Facts>(factsSql);
  const facts = rows[0];
  if (!facts) throw new Error('The server returned no facts about itself.');
  return scriptFor(facts);
}

/** The script from what it depends on. Pure. */
export function scriptFor({ number, database, owners, statements }: Facts): string {
  const name = displayIdentifier(database);
  const read =
    number >= 140000
      ? ['GRANT pg_read_all_data TO ratchet_observer; -- for EXPLAIN and for values to probe with']
      : [
          '-- for EXPLAIN and for values to probe with, in each schema to be looked at:',
          '-- GRANT USAGE ON SCHEMA … TO ratchet_observer; GRANT SELECT ON ALL TABLES IN SCHEMA … TO ratchet_observer;',
        ];
  return [
    `-- Run as a superuser with psql, connected to ${database.replaceAll('\n', ' ')}.`,
    ...(statements ? ['CREATE EXTENSION IF NOT EXISTS pg_stat_statements;'] : []),
    '',
    '-- The observer reads statistics and tables, and writes nothing.',
    'CREATE ROLE ratchet_observer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;',
    `GRANT CONNECT ON DATABASE ${name} TO ratchet_observer;`,
    'GRANT pg_monitor TO ratchet_observer;',
    ...read,
    'ALTER ROLE ratchet_observer SET default_transaction_read_only = on;',
    '',
    '-- The operator carries out changes: it may what the owners of the tables may, and no more.',
    'CREATE ROLE ratchet_operator LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;',
    `GRANT CONNECT ON DATABASE ${name} TO ratchet_operator;`,
    'GRANT pg_monitor TO ratchet_operator;',
    ...(number >= 170000
      ? ['GRANT pg_maintain TO ratchet_operator; -- VACUUM, ANALYZE, REINDEX, REFRESH']
      : []),
    ...(owners.length === 0
      ? [
          '-- The tables belong to a superuser: give them to a role of their own, then GRANT that role TO ratchet_operator.',
        ]
      : owners.map((owner) => `GRANT ${displayIdentifier(owner)} TO ratchet_operator;`)),
    '',
    '-- Then give each a password, in psql:  \\password ratchet_observer   and   \\password ratchet_operator',
    '',
  ].join('\n');
}
