import type { LoadAnalysis } from '../../contracts/load-analysis';
import type { LoadRecord } from '../../contracts/load-record';
import { throughputCurve } from './curve';
import { exhaustedOf } from './exhausted';
import { gradeOf } from './grade';
import { heatMap, latencyBars } from './heat';
import { decodeSeconds } from './merged';

/** All that is computed from the record of a load test beside its summary. Pure: the same record gives the same. */
export function analyseLoad(record: LoadRecord): LoadAnalysis {
  const seconds = decodeSeconds(record);
  const endpoints = [...new Set(seconds.flatMap((s) => [...s.endpoints.keys()]))].sort();
  return {
    grade: gradeOf(record, seconds),
    curve: throughputCurve(record, seconds),
    exhausted: exhaustedOf(record, seconds),
    heat: heatMap(seconds),
    bars:
      endpoints.length === 0
        ? []
        : ['', ...endpoints].map((endpoint) => ({ endpoint, bars: latencyBars(seconds, endpoint) })),
  };
}
