import fs from 'node:fs/promises';
import path from 'node:path';
import type { AutoConf } from './restart-request';

/**
 * The text of a postgresql.auto.conf with these entries: others stay, null takes one out. The server writes the file
 * with a line an entry (src/backend/utils/misc/guc.c, write_auto_conf_file) and so does this.
 */
export function withEntries(text: string, entries: AutoConf): string {
  const others = text.split('\n').filter((line) => {
    const name = /^\s*([A-Za-z_][\w.]*)\s*=/.exec(line)?.[1]?.toLowerCase();
    return line !== '' && (name === undefined || !Object.hasOwn(entries, name));
  });
  const set = Object.entries(entries).flatMap(([name, value]) =>
    value === null ? [] : [`${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`],
  );
  return [...others, ...set, ''].join('\n');
}

/** Puts entries into the postgresql.auto.conf of a cluster that does not run; owner and mode stay. */
export async function putEntries(clusterDir: string, entries: AutoConf): Promise<void> {
  const file = path.join(clusterDir, 'postgresql.auto.conf');
  const text = await fs.readFile(file, 'utf8').catch(() => '');
  await fs.writeFile(file, withEntries(text, entries));
}
