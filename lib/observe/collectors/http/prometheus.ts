import { AppError } from '@/lib/contracts/error';

export interface PromSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface PromPage {
  /** Family name → counter, gauge, histogram, summary … */
  types: Map<string, string>;
  samples: PromSample[];
}

/** Most samples taken from one page; a page beyond it has unbounded labels. */
const maxSamples = 100_000;

/**
 * Parses a page in Prometheus text format 0.0.4 or OpenMetrics 1.0: escapes in label values, `+Inf` and `NaN`,
 * timestamps and exemplars (both left aside), names in quotes.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @throws AppError unsupported when a line is none of this: the page is not a metrics page
 */
export function parsePrometheus(text: string): PromPage {
  const page: PromPage = { types: new Map(), samples: [] };
  let number = 0;
  for (const raw of text.split('\n')) {
    number += 1;
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      const type = /^#\s+TYPE\s+(?:"([^"]+)"|(\S+))\s+(\w+)/.exec(line);
      if (type) page.types.set(type[1] ?? type[2] ?? '', type[3] ?? '');
      continue;
    }
    const sample = parseSample(line);
    if (!sample) throw new AppError('unsupported', `Line ${number} is not in Prometheus text format.`);
    page.samples.push(sample);
    if (page.samples.length > maxSamples) {
      throw new AppError(
        'unsupported',
        `The metrics page has more than ${maxSamples} samples: a label is unbounded.`,
      );
    }
  }
  return page;
}

function parseSample(line: string): PromSample | null {
  const head = /^[a-zA-Z_:][\w:]*/.exec(line)?.[0] ?? '';
  let rest = line.slice(head.length).trimStart();
  let name = head;
  let labels: Record<string, string> = {};
  if (rest.startsWith('{')) {
    const read = parseLabels(rest);
    if (!read) return null;
    labels = read.labels;
    name = read.name ?? head;
    rest = rest.slice(read.length);
  }
  const value = parseValue(/^\s*(\S+)/.exec(rest)?.[1]);
  return name === '' || value === null ? null : { name, labels, value };
}

/** `{a="b",c="d"}`, also with a trailing comma, and with a quoted metric name as its first member. */
function parseLabels(text: string): { labels: Record<string, string>; name?: string; length: number } | null {
  const labels: Record<string, string> = {};
  let name: string | undefined;
  const member = /\s*(?:([a-zA-Z_][\w.:]*)|"((?:[^"\\]|\\.)*)")\s*(=\s*"((?:[^"\\]|\\.)*)")?\s*(,|(?=\}))/y;
  member.lastIndex = 1;
  for (;;) {
    const end = /\s*\}/y;
    end.lastIndex = member.lastIndex;
    if (end.test(text)) return { labels, ...(name === undefined ? {} : { name }), length: end.lastIndex };
    const at = member.lastIndex;
    const match = member.exec(text);
    if (!match || member.lastIndex === at) return null;
    const key = match[1] ?? unescaped(match[2] ?? '');
    if (match[3] !== undefined) labels[key] = unescaped(match[4] ?? '');
    else if (match[2] !== undefined) name = key;
    else return null;
  }
}

/** In label values `\\`, `\"` and `\n` are escaped; another backslash stands for itself. */
function unescaped(text: string): string {
  return text.replace(/\\([\\"n])/g, (_, c: string) => (c === 'n' ? '\n' : c));
}

function parseValue(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}
