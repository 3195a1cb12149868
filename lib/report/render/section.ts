/** A table with its heading, as every rendering shows it. `numeric` columns are set right. */
export interface Section {
  title: string;
  note?: string;
  columns: { name: string; numeric?: boolean }[];
  rows: string[][];
  empty: string;
}
