/**
 * Parses the reply of INFO: sections of `key:value` lines. Values stay text; later sections do not overwrite
 * earlier keys. Source: https://redis.io/docs/latest/commands/info/
 */
export function parseInfo(text: string): Record<string, string> {
  const info: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const colon = line.indexOf(':');
    if (colon > 0) info[line.slice(0, colon)] ??= line.slice(colon + 1);
  }
  return info;
}

/** A field as a number, or null when the server does not report it or it is no number. */
export function infoNumber(info: Record<string, string>, key: string): number | null {
  const text = info[key];
  if (text === undefined || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Fields of a `a=1,b=2` value, as in `db0:keys=3,expires=1,avg_ttl=0`. */
export function infoFields(value: string): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const part of value.split(',')) {
    const [key, text] = part.split('=', 2);
    const number = Number(text);
    if (key && text !== undefined && Number.isFinite(number)) fields[key] = number;
  }
  return fields;
}
