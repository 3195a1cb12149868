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
];

/** The before/after table as RFC 4180 CSV, full precision; for errors `ratio` is a difference of rates. */
export function renderCsv(document: ReportDocument): string {
  const lines = document.rows.map((row) => {
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
    ].map(cell);
  });
  return [header, ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  // A leading = + - @ would be run as a formula by spreadsheets.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
