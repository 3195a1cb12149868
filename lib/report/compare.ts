import { canonicalJson } from '@/lib/store/canonical-json';

/** One place where a report does not agree with itself. `path` is as in JavaScript: `trials[0].verdict.ratio`. */
export interface Problem {
  path: string;
  found: unknown;
  expected: unknown;
}

/** Every leaf in which `found` differs from `expected`, exactly. */
export function differences(path: string, found: unknown, expected: unknown): Problem[] {
  if (Array.isArray(found) && Array.isArray(expected) && found.length === expected.length) {
    return expected.flatMap((item, i) => differences(`${path}[${i}]`, found[i], item));
  }
  if (isObject(found) && isObject(expected)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return keys.flatMap((key) => differences(step(path, key), found[key], expected[key]));
  }
  if (found === undefined && expected === undefined) return [];
  return canonicalJson(found ?? null) === canonicalJson(expected ?? null) ? [] : [{ path, found, expected }];
}

/** A path one key further, quoted where JavaScript would. */
export function step(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
