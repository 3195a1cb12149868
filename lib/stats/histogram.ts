import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, JsHistogram } from 'hdr-histogram-js';

/** Counts of latencies in buckets of bounded relative width (Tene's HdrHistogram). Values are whole units. */
export type LatencyHistogram = JsHistogram;

/** As in the trial record: HdrHistogram V2, deflated, base64; one unit is `msPerUnit` milliseconds. */
export interface EncodedLatencies {
  base64: string;
  msPerUnit: number;
}

/** One unit of our own histograms is a microsecond. */
export const MS_PER_UNIT = 0.001;
/** 10 minutes; slower requests are counted in the last bucket. */
const HIGHEST_UNITS = 600_000_000;

/** An empty histogram: 1 µs to 10 min, 3 significant digits (a bucket is at most 0.1 % wide). */
export function newHistogram(): LatencyHistogram {
  const histogram = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_UNITS,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  return asLatencyHistogram(histogram);
}

/**
 * Records one latency, ms. The unit is cut off, not rounded: a count at u µs stands for latencies in
 * [u, u + 1) µs, which is what the quantile assumes.
 */
export function recordMs(histogram: LatencyHistogram, ms: number): void {
  const units = Math.floor(ms / MS_PER_UNIT + 1e-6);
  histogram.recordValue(Math.min(Math.max(units, 0), HIGHEST_UNITS));
}

/** Encodes without loss: every bucket's count comes back from `decodeHistogram`. */
export function encodeHistogram(histogram: LatencyHistogram, msPerUnit = MS_PER_UNIT): EncodedLatencies {
  return { base64: encodeIntoCompressedBase64(histogram), msPerUnit };
}

/** Decodes; RangeError when the text is not an HdrHistogram V2. Values stay in the encoded unit. */
export function decodeHistogram(encoded: EncodedLatencies): LatencyHistogram {
  try {
    const histogram = asLatencyHistogram(decodeFromCompressedBase64(encoded.base64, 32, false));
    histogram.autoResize = true;
    return histogram;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`not an HdrHistogram (V2, deflated, base64): ${why}`, { cause });
  }
}

/** The sum of histograms of one unit, as a new histogram; counts are added bucket by bucket. */
export function mergeHistograms(histograms: readonly LatencyHistogram[]): LatencyHistogram {
  const merged = newHistogram();
  merged.autoResize = true;
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

function asLatencyHistogram(histogram: unknown): LatencyHistogram {
  if (histogram instanceof JsHistogram) return histogram;
  throw new RangeError('hdr-histogram-js returned a histogram of another kind');
}
