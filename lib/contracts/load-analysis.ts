import { z } from 'zod';

export const gradeLetters = ['A+', 'A', 'B', 'C', 'D', 'F'] as const;
export const GradeLetter = z.enum(gradeLetters);
export type GradeLetter = z.infer<typeof GradeLetter>;

/** The grade of a load test with what it came from; no letter where none can be given, and why. */
export const LoadGrade = z.object({
  letter: GradeLetter.nullable(),
  /** Why there is none. */
  why: z.string().nullable(),
  objectiveMs: z.number().nullable(),
  /** Share of the requests that were due which were answered without error within the objective. */
  attainment: z.number().nullable(),
  byAttainment: GradeLetter.nullable(),
  errorRate: z.number().nullable(),
  byErrors: GradeLetter.nullable(),
  /** Requests it was graded on, and from which part of the run. */
  requests: z.number().int(),
  part: z.string(),
  /** The latencies were corrected for coordinated omission. */
  corrected: z.boolean(),
});
export type LoadGrade = z.infer<typeof LoadGrade>;

/** Seconds of about the same load, together. Times in ms, throughput in requests a second. */
export const CurvePoint = z.object({
  level: z.number(),
  throughput: z.number(),
  average: z.number(),
  p50: z.number(),
  p95: z.number(),
  errors: z.number(),
  seconds: z.number().int(),
});
export type CurvePoint = z.infer<typeof CurvePoint>;

export const ThroughputCurve = z.object({
  /** Ascending by level. */
  points: z.array(CurvePoint),
  /** Index of the knee among the points; null when there is none to be seen, and why. */
  knee: z.number().int().nullable(),
  why: z.string().nullable(),
});
export type ThroughputCurve = z.infer<typeof ThroughputCurve>;

/** Something that reached its bound during the run, at a second of it. */
export const Exhausted = z.object({
  at: z.number(),
  what: z.enum([
    'generator',
    'errors',
    'latency',
    'cpu',
    'cpu-limit',
    'memory',
    'connections',
    'locks',
    'cache-memory',
  ]),
  /** With figures and units. */
  said: z.string(),
});
export type Exhausted = z.infer<typeof Exhausted>;

/** Counts of requests by time and latency. */
export const HeatMap = z.object({
  /** Seconds that one column stands for. */
  columnSeconds: z.number(),
  /** Bounds of the rows, ms, ascending; one more than there are rows. */
  edges: z.array(z.number()),
  /** By column, then by row from fast to slow. */
  counts: z.array(z.array(z.number().int())),
  /** Largest count of a cell. */
  most: z.number().int(),
});
export type HeatMap = z.infer<typeof HeatMap>;

/** Counts of requests by latency: bounds in ms, one more than counts. */
export const LatencyBars = z.object({ edges: z.array(z.number()), counts: z.array(z.number().int()) });
export type LatencyBars = z.infer<typeof LatencyBars>;

/** What is computed from a record beside its summary. */
export const LoadAnalysis = z.object({
  grade: LoadGrade,
  curve: ThroughputCurve,
  /** What reached a bound, first one first. */
  exhausted: z.array(Exhausted),
  /** Null without single requests. */
  heat: HeatMap.nullable(),
  /** Of all requests (name ''), then of each endpoint. */
  bars: z.array(z.object({ endpoint: z.string(), bars: LatencyBars })),
});
export type LoadAnalysis = z.infer<typeof LoadAnalysis>;

export const ComparedMetric = z.enum(['p50', 'p95', 'p99', 'average', 'throughput', 'errors']);
export type ComparedMetric = z.infer<typeof ComparedMetric>;

/** One metric of one endpoint of a run against the first one. */
export const ComparedFigure = z.object({
  /** '' for all requests. */
  endpoint: z.string(),
  metric: ComparedMetric,
  /** Over the whole runs; null where not measured. */
  first: z.number().nullable(),
  other: z.number().nullable(),
  /** other ÷ first by blocks, with its 95 % interval; null when there are too few blocks, and for errors. */
  ratio: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Bootstrap interval over the same blocks, beside the t interval. */
  bootLow: z.number().nullable(),
  bootHigh: z.number().nullable(),
  blocks: z.number().int(),
});
export type ComparedFigure = z.infer<typeof ComparedFigure>;

export const LoadComparison = z.object({
  id: z.number().int(),
  title: z.string(),
  /** Why it is not comparable with the first run; empty when it is. */
  notComparable: z.array(z.string()),
  /** Worth knowing, without forbidding the comparison. */
  notes: z.array(z.string()),
  figures: z.array(ComparedFigure),
});
export type LoadComparison = z.infer<typeof LoadComparison>;

export const LoadComparisons = z.object({
  first: z.object({ id: z.number().int(), title: z.string() }),
  others: z.array(LoadComparison),
  method: z.string(),
});
export type LoadComparisons = z.infer<typeof LoadComparisons>;

/** `1,2,3`: at least two different ones; the first is what the others are compared with. */
export const CompareLoadQuery = z.object({
  ids: z
    .string()
    .transform((text) => [...new Set(text.split(',').map(Number))])
    .pipe(z.array(z.number().int().positive()).min(2).max(8)),
});

export const LoadExportFormat = z.enum(['json', 'csv', 'hdr', 'k6']);
export type LoadExportFormat = z.infer<typeof LoadExportFormat>;
export const LoadExportQuery = z.object({ format: LoadExportFormat });

/** What a list shows of a test that has ended. */
export const LoadGlance = z.object({
  id: z.number().int(),
  letter: GradeLetter.nullable(),
  /** Responses a second; `t` in seconds of the run. */
  spark: z.array(z.object({ t: z.number(), v: z.number().nullable() })),
});
export type LoadGlance = z.infer<typeof LoadGlance>;

/** Results of k6, sent as the body: the name of the file, and when it was written (a summary has no times). */
export const ImportLoadQuery = z.object({
  stack: z.string(),
  file: z.string().max(300),
  writtenAt: z.coerce.date().optional(),
});
export type ImportLoadQuery = z.infer<typeof ImportLoadQuery>;
