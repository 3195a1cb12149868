'use client';
import { createColumnHelper } from '@tanstack/react-table';
import { TriangleAlert } from 'lucide-react';
import { useMemo } from 'react';
import { changeText, dateText, figureText, plural, ratioText } from '@/lib/client/format';
import { useUrlState } from '@/lib/client/use-url-state';
import { metricWord } from '@/lib/client/words';
import type { ReportComparison } from '@/lib/contracts/report-comparison';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Segmented } from '../ui/segmented';
import { DecisionTag, SeverityTag, StateTag } from '../ui/word-tag';

const metrics = [
  { value: 'p95', label: 'p95' },
  { value: 'p50', label: 'p50' },
  { value: 'throughput', label: 'throughput' },
  { value: 'mean', label: 'watched' },
  { value: 'all', label: 'All' },
] as const;

/** Two reports side by side, and first of all whether they may be. */
export function Comparison({ comparison: c }: { comparison: ReportComparison }) {
  return (
    <>
      {c.notComparable.length > 0 && (
        <div role="note" className="rounded-[10px] bg-warn-soft px-4 py-3 text-sm text-warn-ink">
          <p className="flex items-center gap-2 font-medium">
            <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
            Not everything here can be compared
          </p>
          <ul className="mt-1 grid list-disc gap-1 pl-5">
            {c.notComparable.map((why) => (
              <li key={why} className="break-words">
                {why}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Score comparison={c} />
      <Figures figures={c.figures} />
      <Changes changes={c.changes} />
      <Findings findings={c.findings} />
    </>
  );
}

function Score({ comparison: { score, before, after } }: { comparison: ReportComparison }) {
  const text = (v: number | null) => (v === null ? 'not scored' : v.toFixed(1));
  const difference = score.before === null || score.after === null ? null : score.after - score.before;
  return (
    <Card title="Score" note="0 to 100, of what each measured">
      <p className="flex flex-wrap items-baseline gap-x-3 text-2xl font-semibold tabular-nums">
        <span className="text-ink2">{text(score.before)}</span>
        <span aria-hidden="true" className="text-base font-normal text-ink3">
          →
        </span>
        <span>{text(score.after)}</span>
        {difference !== null && (
          <span className="text-base font-normal text-ink2">
            {difference > 0 ? '+' : difference < 0 ? '−' : '±'}
            {Math.abs(difference).toFixed(1)}
          </span>
        )}
      </p>
      <p className="mt-1 text-sm text-ink2">
        <StackLink href={`/reports/${before.id}`} className="link">
          Report {before.id}
        </StackLink>{' '}
        ({before.stack}, {dateText(before.at)}) and{' '}
        <StackLink href={`/reports/${after.id}`} className="link">
          report {after.id}
        </StackLink>{' '}
        ({after.stack}, {dateText(after.at)})
      </p>
      {score.parts.length > 0 && (
        <ul className="mt-3 grid gap-1 text-sm">
          {score.parts.map((p) => (
            <li
              key={p.title}
              className="flex flex-wrap justify-between gap-x-4 border-t border-line2 pt-1 tabular-nums"
            >
              <span>{p.title}</span>
              <span>
                <span className="text-ink2">{figureText(p.before, 'ratio')}</span> →{' '}
                {figureText(p.after, 'ratio')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

type Figure = ReportComparison['figures'][number];
const col = createColumnHelper<Figure>();
const unitOf = (f: Figure) => (f.unit === 'share' ? 'ratio' : f.unit);
const columns = [
  col.accessor('name', {
    header: 'endpoint or figure',
    meta: { className: 'min-w-40 max-w-[28rem]' },
    cell: (x) => <span className="break-words">{x.getValue()}</span>,
  }),
  col.accessor('metric', { header: 'metric', cell: (x) => metricWord[x.getValue()] ?? x.getValue() }),
  col.accessor((f) => f.before ?? Number.NaN, {
    id: 'before',
    header: 'before',
    meta: { numeric: true },
    cell: ({ row: { original: f } }) => <span className="text-ink2">{figureText(f.before, unitOf(f))}</span>,
  }),
  col.accessor((f) => f.after ?? Number.NaN, {
    id: 'after',
    header: 'after',
    meta: { numeric: true },
    cell: ({ row: { original: f } }) => <span className="font-medium">{figureText(f.after, unitOf(f))}</span>,
  }),
  col.accessor((f) => f.ratio ?? Number.NaN, {
    id: 'ratio',
    header: 'after ÷ before',
    meta: { numeric: true },
    cell: ({ row: { original: f } }) =>
      f.ratio === null || f.before === null || f.after === null ? (
        ''
      ) : (
        <>
          {ratioText(f.ratio)}
          {f.ratio < 3 && <span className="text-ink2"> {changeText(f.after, f.before)}</span>}
        </>
      ),
  }),
];

function Figures({ figures }: { figures: Figure[] }) {
  const [metric, setMetric] = useUrlState('metric', 'p95');
  const shown = useMemo(
    () => (metric === 'all' ? figures : figures.filter((f) => f.metric === metric)),
    [figures, metric],
  );
  return (
    <Card
      title="Figures"
      note={
        <Segmented
          label="Metric"
          options={metrics}
          value={metrics.find((m) => m.value === metric)?.value ?? 'all'}
          onChange={setMetric}
        />
      }
    >
      <p className="mb-2 text-sm text-ink2">
        As each report ended. They were measured at different times, so a ratio here is a difference and no
        verdict.
      </p>
      {shown.length === 0 ? (
        <p className="text-sm text-ink2">Neither report measured this.</p>
      ) : (
        <DataTable
          caption="Figures of both reports"
          data={shown}
          columns={columns}
          rowKey={(f) => `${f.name} ${f.metric}`}
          initialSort={[{ id: 'ratio', desc: true }]}
          minWidth={640}
        />
      )}
    </Card>
  );
}

function Changes({ changes }: { changes: ReportComparison['changes'] }) {
  const state = (s: string | null) =>
    s === null ? (
      <span className="text-ink3">not in it</span>
    ) : s === 'kept' || s === 'rolled-back' ? (
      <DecisionTag decision={s} />
    ) : (
      <StateTag state={s} />
    );
  return (
    <Card title="Changes" note="before → after">
      {changes.length === 0 ? (
        <p className="text-sm text-ink2">Neither report has a change.</p>
      ) : (
        <ul className="grid gap-1 text-sm">
          {changes.map((c) => (
            <li
              key={`${c.target} ${c.title}`}
              className="flex flex-wrap justify-between gap-x-4 gap-y-1 border-t border-line2 pt-1"
            >
              <span className="min-w-0 break-words">
                {c.title} <span className="text-xs text-ink3">on {c.target}</span>
              </span>
              <span className="flex items-center gap-2">
                {state(c.before)} → {state(c.after)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Findings({ findings }: { findings: ReportComparison['findings'] }) {
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <FindingList title="New findings" empty="None appeared." list={findings.appeared} />
      <FindingList
        title="Gone findings"
        empty="None went."
        list={findings.gone}
        note={`${plural(findings.stayed, 'finding')} in both`}
      />
    </div>
  );
}

function FindingList({
  title,
  empty,
  list,
  note,
}: {
  title: string;
  empty: string;
  list: ReportComparison['findings']['gone'];
  note?: string;
}) {
  return (
    <Card title={title} note={note ?? plural(list.length, 'finding')}>
      {list.length === 0 ? (
        <p className="text-sm text-ink2">{empty}</p>
      ) : (
        <ul className="grid gap-1 text-sm">
          {list.map((f) => (
            <li key={`${f.target} ${f.title}`} className="border-t border-line2 pt-1 break-words">
              {f.title} <SeverityTag severity={f.severity} />{' '}
              <span className="text-xs text-ink3">on {f.target}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
