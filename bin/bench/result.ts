/** What a bench measured, as a table. */
export interface BenchResult {
  rows: string[][];
  /** How many of the goals it states were missed. */
  failed: number;
  /** Columns of figures, aligned to the right. */
  numeric?: number[];
}
