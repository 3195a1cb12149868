import { expect, it } from 'vitest';
import type { SeriesData } from '@/lib/contracts/metrics';
import { livePanels } from '../overview/live-panels';
import { labelSeries } from './label-series';

const series = (metric: SeriesData['metric'], target: string, label = ''): SeriesData => ({
  target,
  metric,
  label,
  unit: '',
  step: 5,
  points: [],
});
const panel = (id: string) => livePanels.find((p) => p.id === id)!;

it('draws all endpoints together where that series is there, else each', () => {
  const p = panel('response-time');
  const both = [series('http.p50', 'api'), series('http.p50', 'api', 'GET /x')];
  expect(labelSeries(p, [both, undefined]).map((s) => s.label)).toEqual(['p50']);
  expect(labelSeries(p, [[both[1]!], undefined]).map((s) => s.label)).toEqual(['p50 · GET /x']);
});

it('names targets only when there are several, and containers by their label', () => {
  const c = panel('connections');
  expect(
    labelSeries(c, [[series('pg.connections', 'a'), series('pg.connections', 'b')], []]).map((s) => s.label),
  ).toEqual(['all · a', 'all · b']);
  expect(
    labelSeries(panel('memory'), [[series('docker.memory', 'docker', 'web-1')], []]).map((s) => s.label),
  ).toEqual(['web-1']);
  expect(
    labelSeries(panel('database-time'), [[series('pg.database_time', 'a')], []]).map((s) => s.label),
  ).toEqual(['a']);
});

it('draws one label alone where a panel asks for it, without naming it at every line', () => {
  const p = { ...panel('response-time'), total: false, label: 'GET /x' };
  const answers = ['http.p50', 'http.p95'].map((metric) => [
    series(metric as 'http.p50', 'api', 'GET /x'),
    series(metric as 'http.p50', 'api', 'GET /y'),
  ]);
  expect(labelSeries(p, answers).map((s) => s.label)).toEqual(['p50', 'p95']);
});
