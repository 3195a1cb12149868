/** Connection URLs, passwords as statements and connection strings have them, values in error messages, addresses. */
const patterns: [RegExp, string][] = [
  [/\b([a-z][a-z0-9+.-]*):\/\/[^\s"'`,;)\]]+/gi, '$1://…'],
  [/\b(password|passwd|pwd)(\s+|\s*=\s*)(?:'(?:[^']|'')*'|"[^"]*")/gi, '$1$2…'],
  [/\b(password|passwd|pwd|secret|requirepass|masterauth)=(?![$?…])[^\s&;,)"']+/gi, '$1=…'],
  [/\b(requirepass|masterauth) (?![$?…])[^\s;,)"']+/gi, '$1 …'],
  [/\bKey \(([^)]*)\)=\([^)]*\)/g, 'Key ($1)=(…)'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '[address]'],
  [/\[[0-9a-f:]*::?[0-9a-f:]+\](?::\d+)?/gi, '[address]'],
];

/** Takes credentials, addresses and the given host names out of a text meant for a report. */
export function scrub(text: string, hosts: readonly string[] = []): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  for (const host of hosts) if (host.length > 3) result = result.replaceAll(host, '[host]');
  return result;
}

/** The same through a whole value; keys stay. */
export function scrubAll<T>(value: T, hosts: readonly string[]): T;
export function scrubAll(value: unknown, hosts: readonly string[]): unknown {
  if (typeof value === 'string') return scrub(value, hosts);
  if (Array.isArray(value)) return value.map((item) => scrubAll(item, hosts));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scrubAll(item, hosts)]));
}
