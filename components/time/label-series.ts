import type { TermId } from '@/lib/client/glossary';
import type { MetricName, SeriesData } from '@/lib/contracts/metrics';
import type { SeriesInput } from '../charts/prepare/series';

/** A chart over time: what it draws, and what to say when there is nothing to draw. */
export interface Panel {
  id: string;
  title: string;
  /** What the title means, in the glossary. */
  term?: TermId;
  /** Metrics drawn together, in this order, with their short names. */
  metrics: { metric: MetricName; name: string; color?: string }[];
  /** Only the series without a label (all endpoints together), where there is one. */
  total?: boolean;
  /** Only the series with this label. */
  label?: string;
  /** Only the series of this target. */
  target?: string;
  top?: number;
  keepOrder?: boolean;
  /** Shown when there is nothing: what would write these samples. */
  needs: string;
}

/** Series of a panel with the shortest labels that still tell them apart. */
export function labelSeries(panel: Panel, answers: readonly (SeriesData[] | undefined)[]): SeriesInput[] {
  const all = panel.metrics.flatMap((m, i) => {
    const series = (answers[i] ?? []).filter((s) => panel.label === undefined || s.label === panel.label);
    const totals = panel.total ? series.filter((s) => s.label === '') : [];
    return (totals.length > 0 ? totals : series).map((data) => ({ data, ask: m }));
  });
  return all.map(({ data, ask }) => {
    const sameMetric = all.filter((s) => s.data.metric === data.metric);
    const targets = new Set(sameMetric.map((s) => s.data.target)).size;
    const parts = [
      ask.name,
      targets > 1 || (ask.name === '' && data.label === '') ? data.target : '',
      panel.label === undefined ? data.label : '',
    ].filter((part) => part !== '');
    return {
      data,
      label: parts.join(' · ') || data.target,
      ...(ask.color && sameMetric.length === 1 ? { color: ask.color } : {}),
    };
  });
}
