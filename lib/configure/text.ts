import type { ConfigEntry } from '@/lib/contracts/configuration';

/** The comment above a line: what asks for it, and what runs now. One line each, whatever is in the texts. */
export function commented(mark: string, { runs, source, why }: ConfigEntry): string[] {
  return [
    `${mark} ${oneLine(`${source}: ${why}`)}`,
    `${mark} ${oneLine(runs === null ? 'runs: nothing of it is seen from here' : `runs: ${runs}`)}`,
  ];
}

/** A name as part of a file name: no folder, no blank. */
export const inFileName = (name: string): string => name.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');

/** A text that cannot end its comment. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** A window of samples in words: `6.9 days`. */
export function windowText(seconds: number): string {
  if (seconds >= 2 * 86_400) return `${(seconds / 86_400).toFixed(1)} days`;
  if (seconds >= 2 * 3_600) return `${(seconds / 3_600).toFixed(1)} hours`;
  return seconds >= 120 ? `${(seconds / 60).toFixed(0)} minutes` : `${seconds.toFixed(0)} s`;
}

/** A scalar of YAML: JSON's strings and numbers are YAML's (YAML 1.2, section 1.3). */
export const yamlScalar = (value: string | number): string => JSON.stringify(value);

/** A key of YAML, bare where that is plain. Words that YAML 1.1 reads as truth or nothing are quoted. */
export function yamlKey(key: string): string {
  const plain = /^[A-Za-z][\w-]*$/.test(key) && !/^(y|n|yes|no|on|off|true|false|null)$/i.test(key);
  return plain ? key : JSON.stringify(key);
}
