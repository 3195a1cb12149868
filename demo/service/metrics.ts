/** Upper bounds of the duration histogram, seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1, 2.5, 5, 10];

/** A metric of the page: a single value, or one for each set of labels. */
export interface Measurement {
  type: 'gauge' | 'counter';
  help: string;
  value: number | { labels: Record<string, string>; value: number }[];
}

interface Durations {
  buckets: number[];
  sum: number;
  count: number;
}

/** Request durations by route and status, rendered as a Prometheus page. */
export class RequestMetrics {
  readonly #series = new Map<string, Durations>();

  observe(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    const series = this.#series.get(labels) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    bounds.forEach((bound, i) => {
      if (seconds <= bound) series.buckets[i] = (series.buckets[i] ?? 0) + 1;
    });
    series.sum += seconds;
    series.count += 1;
    this.#series.set(labels, series);
  }

  /** Text exposition format 0.0.4. `others` are added as they are. */
  render(others: Record<string, Measurement>): string {
    const name = 'http_request_duration_seconds';
    const lines = [`# HELP ${name} Time to answer a request.`, `# TYPE ${name} histogram`];
    for (const [labels, s] of this.#series) {
      bounds.forEach((bound, i) => {
        lines.push(`${name}_bucket{${labels},le="${bound}"} ${s.buckets[i]}`);
      });
      lines.push(`${name}_bucket{${labels},le="+Inf"} ${s.count}`);
      lines.push(`${name}_sum{${labels}} ${s.sum}`, `${name}_count{${labels}} ${s.count}`);
    }
    for (const [other, { type, help, value }] of Object.entries(others)) {
      lines.push(`# HELP ${other} ${help}`, `# TYPE ${other} ${type}`);
      if (typeof value === 'number') lines.push(`${other} ${value}`);
      else for (const { labels, value: own } of value) lines.push(`${other}{${labelled(labels)}} ${own}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function labelled(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`)
    .join(',');
}
