/** One metric family of the Prometheus text format, version 0.0.4. */
export interface Family {
  name: string;
  help: string;
  type: 'gauge' | 'counter';
  samples: { labels: Record<string, string>; value: number }[];
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
const escapeLabel = (text: string) => escapeHelp(text).replaceAll('"', '\\"');

/** Metric families as a page that Prometheus scrapes; families without a sample are left out. */
export function exposition(families: readonly Family[]): string {
  const lines: string[] = [];
  for (const { name, help, type, samples } of families) {
    if (samples.length === 0) continue;
    lines.push(`# HELP ${name} ${escapeHelp(help)}`, `# TYPE ${name} ${type}`);
    for (const { labels, value } of samples) {
      const inner = Object.entries(labels)
        .filter(([, text]) => text !== '')
        .map(([key, text]) => `${key}="${escapeLabel(text)}"`)
        .join(',');
      lines.push(`${name}${inner === '' ? '' : `{${inner}}`} ${value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
