import type { Panel } from './label-series';

const kept = new Map<string, Panel[]>();

/** The same panels for the same key at each render: a chart is prepared anew only when its data changes. */
export function rememberPanels(key: string, make: () => Panel[]): Panel[] {
  const panels = kept.get(key) ?? make();
  kept.set(key, panels);
  return panels;
}
