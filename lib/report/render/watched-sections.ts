import { type ReportWatched, WatchedArea } from '@/lib/contracts/report-watched';
import { plain } from '@/lib/prove/verdict/format';
import { evidenceText } from '../words';
import type { Section } from './section';

const titles: Record<WatchedArea, string> = {
  cache: 'Cache performance',
  memory: 'Memory per container and server',
  pool: 'Connections and pools',
  volume: 'Data volumes',
};

/** What was watched in the time of a report, by area, and how it is watched. Areas of which nothing was sampled stand under "Not measured". */
export function watchedSections(watched: ReportWatched): Section[] {
  return [
    ...WatchedArea.options.flatMap((area) => areaSection(watched, area)),
    monitoring(watched),
    alertRules(watched),
  ];
}

function areaSection({ figures }: ReportWatched, area: WatchedArea): Section[] {
  const rows = figures.filter((f) => f.area === area);
  if (rows.length === 0) return [];
  return [
    {
      title: titles[area],
      note: 'Of all samples in the time of the report.',
      columns: [
        { name: 'Target' },
        { name: 'What' },
        { name: 'Mean', numeric: true },
        { name: 'Least', numeric: true },
        { name: 'Most', numeric: true },
        { name: 'At the end', numeric: true },
        { name: 'Samples', numeric: true },
      ],
      rows: rows.map(({ target, label, title, unit, mean, least, most, last, samples }) => [
        target,
        label === '' ? title : `${title}: ${label}`,
        ...[mean, least, most, last].map((value) => valueText(value, unit)),
        String(samples),
      ]),
      empty: '',
    },
  ];
}

/** A mean of counts may have decimals; three digits are enough of it. */
const valueText = (value: number, unit: string) =>
  unit === '' && !Number.isInteger(value) ? plain(value) : evidenceText(value, unit);

function monitoring({ monitoring: rows }: ReportWatched): Section {
  return {
    title: 'Monitoring',
    note: 'What was sampled of each target in the time of the report.',
    columns: [
      { name: 'Target' },
      { name: 'Kind' },
      { name: 'Series', numeric: true },
      { name: 'Samples', numeric: true },
    ],
    rows: rows.map(({ target, kind, series, samples }) => [
      target,
      kind,
      series === 0 ? 'not measured' : String(series),
      series === 0 ? 'not measured' : String(samples),
    ]),
    empty: 'The stack has no target.',
  };
}

function alertRules({ alertRules: rules }: ReportWatched): Section {
  return {
    title: 'Alert rules',
    note: 'As they stood when the report was written.',
    columns: [
      { name: 'Rule' },
      { name: 'Severity' },
      { name: 'Fires when' },
      { name: 'Target' },
      { name: 'Told', numeric: true },
      { name: 'State' },
    ],
    rows: rules.map(({ name, severity, condition, target, notifiers, enabled }) => [
      name,
      severity,
      condition,
      target ?? 'every one that has the figure',
      notifiers === 0 ? 'nobody' : String(notifiers),
      enabled ? 'on' : 'off',
    ]),
    empty: 'No rule watches this stack.',
  };
}
