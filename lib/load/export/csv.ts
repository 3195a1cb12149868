import type { LoadRecord } from '../../contracts/load-record';
import { averageMs, decodeSeconds, quantileMs, tally } from '../analysis/merged';

const header = [
  'second',
  'endpoint',
  'level',
  'offered',
  'sent',
  'dropped',
  'active',
  'responses',
  'errors',
  'average_ms',
  'p50_ms',
  'p90_ms',
  'p95_ms',
  'p99_ms',
  'max_ms',
  'bytes',
  'error_kinds',
];

/**
 * A load test as CSV (RFC 4180): one row a second for all endpoints together (named `*`), then one for each. What was not
 * measured is empty. A run of which only summary figures are known gives one row an endpoint, without a second.
 */
export function loadCsv(record: LoadRecord): string {
  const rows = record.given ? givenRows(record.given) : secondRows(record);
  return [header, ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
    .concat('\r\n');
}

type Cell = string | number | null;

function secondRows(record: LoadRecord): Cell[][] {
  const decoded = decodeSeconds(record);
  return record.seconds.flatMap((second, i) => {
    const one = decoded[i];
    if (!one) return [];
    const kinds = Object.values(second.endpoints).map((e) => e.errors);
    const row = (endpoint: string, errors: Partial<Record<string, number>>[], bytes: number): Cell[] => {
      const sum = tally([one], endpoint === '*' ? '' : endpoint);
      const whole = endpoint === '*';
      return [
        second.t,
        endpoint,
        second.level,
        whole ? second.offered : null,
        whole ? second.sent : null,
        whole ? second.dropped : null,
        whole ? second.active : null,
        sum.count,
        sum.errors,
        rounded(averageMs(sum)),
        ...[0.5, 0.9, 0.95, 0.99, 1].map((q) => rounded(quantileMs(sum, q))),
        // k6 tells no bytes by request.
        record.source.tool === 'k6' ? null : bytes,
        kindsText(errors),
      ];
    };
    const bytes = Object.values(second.endpoints).reduce((total, e) => total + e.bytes, 0);
    return [
      row('*', kinds, bytes),
      ...Object.entries(second.endpoints).map(([name, e]) => row(name, [e.errors], e.bytes)),
    ];
  });
}

function givenRows({ total, endpoints }: NonNullable<LoadRecord['given']>): Cell[][] {
  return Object.entries({ '*': total, ...endpoints }).map(([name, f]) => [
    null,
    name,
    ...new Array<null>(5).fill(null),
    f.count,
    f.errors,
    ...[f.average, f.p50, f.p90, f.p95, f.p99, f.max].map(rounded),
    f.bytes,
    kindsText([f.errorKinds]),
  ]);
}

function kindsText(all: readonly Partial<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const kinds of all)
    for (const [kind, n] of Object.entries(kinds)) sums.set(kind, (sums.get(kind) ?? 0) + (n ?? 0));
  return [...sums].map(([kind, n]) => `${kind}=${n}`).join(' ');
}

const rounded = (ms: number | null): number | null => (ms === null ? null : Number(ms.toFixed(3)));

/** A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
