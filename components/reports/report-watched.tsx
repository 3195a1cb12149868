'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { count, figureText } from '@/lib/client/format';
import { kindWord } from '@/lib/client/words';
import {
  type ReportWatched as Watched,
  WatchedArea,
  type WatchedFigure,
} from '@/lib/contracts/report-watched';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { SeverityTag } from '../ui/word-tag';

const titles: Record<WatchedArea, string> = {
  cache: 'Cache performance',
  memory: 'Memory per container and server',
  pool: 'Connections and pools',
  volume: 'Data volumes',
};
const col = createColumnHelper<WatchedFigure>();
const numeric = { numeric: true };
const value = (key: 'mean' | 'least' | 'most' | 'last', header: string) =>
  col.accessor(key, {
    header,
    meta: numeric,
    cell: ({ row: { original: f } }) => figureText(f[key], f.unit),
  });
const columns = [
  col.accessor((f) => `${f.target} ${f.title} ${f.label}`, {
    id: 'what',
    header: 'figure',
    meta: { className: 'min-w-44' },
    cell: ({ row: { original: f } }) => (
      <>
        <span className="break-words">{f.title}</span>
        <span className="block text-xs break-words text-ink2">
          {f.target}
          {f.label && ` · ${f.label}`}
        </span>
      </>
    ),
  }),
  value('mean', 'mean'),
  value('least', 'least'),
  value('most', 'most'),
  value('last', 'at the end'),
  col.accessor('samples', { header: 'samples', meta: numeric, cell: (x) => count(x.getValue()) }),
];

/** What was watched in the time of a report, by area. What was not stands under "Not measured". */
export function ReportWatched({ watched }: { watched: Watched }) {
  const areas = WatchedArea.options.flatMap((area) => {
    const figures = watched.figures.filter((f) => f.area === area);
    return figures.length > 0 ? [{ area, figures }] : [];
  });
  return (
    <>
      {areas.length > 0 && (
        <div className="grid items-start gap-3 2xl:grid-cols-2 print:grid-cols-1">
          {areas.map(({ area, figures }) => (
            <Card
              key={area}
              title={titles[area]}
              note="all samples in the time of the report"
              className="print-block"
            >
              <DataTable
                caption={titles[area]}
                data={figures}
                columns={columns}
                rowKey={(f) => `${f.target} ${f.metric} ${f.label}`}
                minWidth={560}
              />
            </Card>
          ))}
        </div>
      )}
      <div className="grid items-start gap-3 lg:grid-cols-2 print:grid-cols-1">
        <Monitoring rows={watched.monitoring} />
        <AlertRules rules={watched.alertRules} />
      </div>
    </>
  );
}

function Monitoring({ rows }: { rows: Watched['monitoring'] }) {
  return (
    <Card title="Monitoring" note="sampled in the time of the report" className="print-block">
      <ul className="grid text-sm">
        {rows.map((row) => (
          <li
            key={row.target}
            className="flex flex-wrap justify-between gap-x-4 border-t border-line2 py-1.5 first:border-t-0"
          >
            <span className="break-words">
              {row.target} <span className="text-xs text-ink2">{kindWord[row.kind]}</span>
            </span>
            <span className="text-ink2 tabular-nums">
              {row.series === 0
                ? 'not measured'
                : `${count(row.series)} series, ${count(row.samples)} samples`}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function AlertRules({ rules }: { rules: Watched['alertRules'] }) {
  return (
    <Card title="Alert rules" note="as they stood when the report was written" className="print-block">
      {rules.length === 0 ? (
        <p className="text-sm text-ink2">No rule watches this stack.</p>
      ) : (
        <ul className="grid text-sm">
          {rules.map((rule) => (
            <li key={rule.name} className="border-t border-line2 py-1.5 first:border-t-0">
              <span className="break-words">{rule.name}</span> <SeverityTag severity={rule.severity} />
              {!rule.enabled && <span className="ml-1.5 text-xs text-ink2">off</span>}
              <span className="block text-xs break-words text-ink2">
                {rule.condition}
                {rule.target !== null && ` · ${rule.target}`} ·{' '}
                {rule.notifiers === 0
                  ? 'nobody is told'
                  : `${count(rule.notifiers)} ${rule.notifiers === 1 ? 'notifier is' : 'notifiers are'} told`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
