import { AppError } from '../../contracts/error';
import type { LoadRecord } from '../../contracts/load-record';
import type { EncodedHistogram } from '../../contracts/trial-record';
import { decodeHistogram } from '../../stats/histogram';
import { type Bucket, histogramBuckets } from '../../stats/histogram-buckets';

/**
 * A load test as an HdrHistogram interval log, format 1.3 (a superset of V1.2 by tags; Tene's HistogramLogWriter,
 * https://github.com/HdrHistogram/HdrHistogram): one line a second and endpoint, the endpoint as its tag. Histograms are
 * the recorded ones, unchanged, so nothing is lost; their unit is the microsecond, and Interval_Max is in milliseconds.
 * @throws AppError unsupported for a run without single requests
 */
export function hdrLog(record: LoadRecord): string {
  if (record.seconds.length === 0) {
    throw new AppError(
      'unsupported',
      'This run has no single requests, so there are no histograms to export.',
    );
  }
  const start = Date.parse(record.startedAt);
  const lines = [
    '#[Histogram log format version 1.3]',
    `#[StartTime: ${(start / 1000).toFixed(3)} (seconds since epoch), ${record.startedAt}]`,
    `#[BaseTime: ${(start / 1000).toFixed(3)} (seconds since epoch)]`,
    '#[Unit: 1 is 0.001 ms; Interval_Max is in ms]',
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
  ];
  const tags = tagNames(Object.keys(Object.assign({}, ...record.seconds.map((s) => s.endpoints))));
  for (const second of record.seconds) {
    for (const [name, e] of Object.entries(second.endpoints)) {
      const max = decodeHistogram(e.histogram).maxValue * e.histogram.msPerUnit;
      lines.push(
        `Tag=${tags.get(name)},${second.t.toFixed(3)},${(second.durationMs / 1000).toFixed(3)},${max.toFixed(3)},${e.histogram.base64}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

/** A tag holds neither commas nor spaces nor line ends; names that become equal get a number. */
function tagNames(names: readonly string[]): Map<string, string> {
  const given = new Set<string>();
  return new Map(
    names.map((name) => {
      const base = name.replace(/[\s,]+/g, '_');
      let tag = base;
      for (let n = 2; given.has(tag); n++) tag = `${base}_${n}`;
      given.add(tag);
      return [name, tag];
    }),
  );
}

/** One line of an interval log. */
export interface LogInterval {
  tag: string | null;
  /** Seconds. */
  start: number;
  length: number;
  histogram: EncodedHistogram;
  buckets: Bucket[];
}

/** Reads an interval log. @throws RangeError when a line is none */
export function readHdrLog(text: string): LogInterval[] {
  return text.split(/\r?\n/).flatMap((line, i) => {
    if (line === '' || line.startsWith('#') || line.startsWith('"')) return [];
    const parts = line.split(',');
    const tag = parts[0]?.startsWith('Tag=') ? (parts.shift()?.slice(4) ?? null) : null;
    const [start, length, , base64] = parts;
    if (base64 === undefined || !Number.isFinite(Number(start)) || !Number.isFinite(Number(length))) {
      throw new RangeError(`line ${i + 1} is no interval of a histogram log`);
    }
    const histogram = { base64, msPerUnit: 0.001 };
    return [
      {
        tag,
        start: Number(start),
        length: Number(length),
        histogram,
        buckets: histogramBuckets(decodeHistogram(histogram)),
      },
    ];
  });
}
