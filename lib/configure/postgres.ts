import type { ConfigFile } from '@/lib/contracts/configuration';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { FoundSetting } from '@/lib/diagnose/server-settings/of-finding';
import { settingOf, valueText } from '@/lib/diagnose/server-settings/values';
import { quoteLiteral } from '@/lib/targets/postgres/quote';
import { commented, inFileName } from './text';

/** What the files of a Postgres server are made from. */
export interface PostgresFacts {
  target: string;
  snapshot: PostgresSnapshot;
  /** What its open findings propose. */
  found: readonly FoundSetting[];
}

const reload = 'SELECT pg_catalog.pg_reload_conf();';

/**
 * The settings that the findings of a server propose, as lines of postgresql.conf and as an ALTER SYSTEM script with its
 * inverse. What runs with the proposed value already is left out, and so is what neither file reaches.
 */
export function postgresFiles({ target, snapshot, found }: PostgresFacts): ConfigFile[] {
  const runs = (name: string) => {
    const setting = settingOf(snapshot, name);
    return setting === undefined ? null : valueText(setting);
  };
  const differs = found.filter((f) => runs(f.name) !== f.proposed);
  // A setting that two rules ask for stands once, as the first says.
  const reached = differs.filter(
    (f, i) => f.fixedBy === null && differs.findIndex((o) => o.name === f.name) === i,
  );
  const entries = reached.map((f) => ({
    name: f.name,
    runs: runs(f.name),
    proposed: f.proposed,
    source: f.rule,
    why: `${f.why}; needs a ${f.takesEffect}`,
  }));
  const notes = differs
    .filter((f) => f.fixedBy !== null)
    .map(
      (f) =>
        `${f.name} is given by the ${f.fixedBy} of the server, where no file reaches: change it there to ${f.proposed} (${f.rule}: ${f.why}).`,
    );
  const nothing =
    entries.length > 0
      ? null
      : 'No open finding of postgres/settings or postgres/checkpoints proposes a setting that a file can give.';
  const common = { target, comparedAt: snapshot.takenAt, entries, nothing, notes };
  const lines = (of: (entry: (typeof entries)[number]) => string) =>
    entries.flatMap((e) => [...commented('#', e), of(e), '']).join('\n');
  const isEmpty = entries.length === 0;
  return [
    {
      ...common,
      name: `${inFileName(target)}.postgresql.conf`,
      title: `Lines for postgresql.conf of ${target}`,
      text: isEmpty ? null : lines((e) => `${e.name} = ${confValue(e.proposed)}`),
      inverse: null,
    },
    {
      ...common,
      name: `${inFileName(target)}.alter-system.sql`,
      title: `The same as ALTER SYSTEM for ${target}`,
      text: isEmpty
        ? null
        : `${entries.flatMap((e) => [...commented('--', e), setSystem(e.name, e.proposed), '']).join('\n')}${reload}\n`,
      inverse: isEmpty
        ? null
        : {
            name: `${inFileName(target)}.alter-system-undo.sql`,
            text: `${entries.map((e) => undo(snapshot, e.name)).join('\n')}\n${reload}\n`,
          },
    },
  ];
}

const setSystem = (name: string, value: string) => `ALTER SYSTEM SET ${name} = ${quoteLiteral(value)};`;

/** A value that ALTER SYSTEM had written is written again; else its line is taken out, and the former place counts. */
function undo(snapshot: PostgresSnapshot, name: string): string {
  const setting = settingOf(snapshot, name);
  if (setting === undefined) return `ALTER SYSTEM RESET ${name};`;
  const value = valueText(setting);
  if (setting.bySystem === true) return setSystem(name, value);
  if (setting.bySystem === false || setting.source !== 'configuration file')
    return `ALTER SYSTEM RESET ${name};`;
  return `-- which file sets ${name} could not be read: its present value is written out\n${setSystem(name, value)}`;
}

function confValue(value: string): string {
  return /^-?[\d.]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
}
