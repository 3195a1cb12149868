import type { ReportDocument } from '@/lib/contracts/report';

const header = [
  'trial',
  'title',
  'endpoint',
  'metric',
  'unit',
  'before',
  'after',
  'ratio',
  'low',
  'high',
  'verdict',
  'target',
  'load_test',
  'value',
];

type Cell = string | number;

/**
 * The before/after table and the figures of the load tests as RFC 4180 CSV, full precision. For errors `ratio` is a
 * difference of rates; a load test has a `value` instead of before and after, its endpoint `*` is all together.
 */
export function renderCsv(document: ReportDocument): string {
  const lines = [...trialLines(document), ...loadLines(document)].map((cells) => cells.map(cell));
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function trialLines(document: ReportDocument): Cell[][] {
  return document.rows.map((row) => {
    const title = document.trials.find((t) => t.id === row.trial)?.title ?? '';
    return [
      row.trial,
      title,
      row.endpoint,
      row.metric,
      row.unit,
      row.before,
      row.after,
      row.ratio,
      row.low,
      row.high,
      row.verdict,
      row.target ?? '',
      '',
      '',
    ];
  });
}

function loadLines({ loadTests = [] }: ReportDocument): Cell[][] {
  return loadTests.flatMap(({ id, title, figures }) => {
    if (!figures) return [];
    return Object.entries({ '*': figures.total, ...figures.endpoints }).flatMap(([endpoint, f]) =>
      (
        [
          ['p50', 'ms', f.p50],
          ['p95', 'ms', f.p95],
          ['p99', 'ms', f.p99],
          ['throughput', 'requests/s', f.rps],
          ['errors', 'share', f.errorRate],
        ] as const
      ).flatMap(([metric, unit, value]) =>
        value === null
          ? []
          : [['', title, endpoint, metric, unit, ...new Array<string>(7).fill(''), id, value]],
      ),
    );
  });
}

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  // A leading = + - @ would be run as a formula by spreadsheets.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
