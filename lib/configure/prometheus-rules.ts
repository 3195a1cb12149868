import type { AlertCondition } from '@/lib/contracts/alert';
import type { ConfigEntry, ConfigFile } from '@/lib/contracts/configuration';
import type { Severity } from '@/lib/contracts/finding';
import { type MetricName, metrics } from '@/lib/contracts/metrics';
import { prometheusFactor, prometheusName } from '@/lib/contracts/prometheus';
import { commented, yamlScalar } from './text';

/** An alert rule of the store, as far as Prometheus can have it. */
export type StoredRule = AlertCondition & { name: string; severity: Severity; target: string | null };

/**
 * The enabled alert rules of a stack as rules of Prometheus, over the series of Ratchet's own /metrics. Prometheus knows
 * no recovery bound: an alert there ends at its threshold.
 */
export function prometheusRules(stack: string, rules: readonly StoredRule[]): ConfigFile {
  const entries = rules.map((rule): ConfigEntry => {
    const { metric, per, comparison, threshold, holdSeconds } = rule;
    const what = `${metrics[metric].title}${per ? ` ÷ ${metrics[per].title}` : ''}`;
    return {
      name: rule.name,
      runs: null,
      proposed: expression(stack, rule),
      source: 'alert rule of Ratchet',
      why: `${what} ${comparison} ${threshold}${per || metrics[metric].unit === 'ratio' ? '' : ` ${metrics[metric].unit}`}`
        .trim()
        .concat(` for ${holdSeconds} s`),
    };
  });
  const item = (rule: StoredRule, entry: ConfigEntry) => [
    ...commented('#', entry),
    `- alert: ${yamlScalar(rule.name)}`,
    `  expr: ${yamlScalar(entry.proposed)}`,
    `  for: ${yamlScalar(`${rule.holdSeconds}s`)}`,
    '  labels:',
    `    severity: ${yamlScalar(rule.severity)}`,
    '  annotations:',
    `    summary: ${yamlScalar(entry.why)}`,
    ...absence(stack, rule),
  ];
  const body = rules.flatMap((rule, i) => {
    const entry = entries[i];
    return entry ? item(rule, entry) : [];
  });
  return {
    name: 'ratchet-rules.yaml',
    title: 'Alert rules for Prometheus',
    target: null,
    comparedAt: null,
    entries,
    text:
      rules.length === 0
        ? null
        : [
            'groups:',
            `- name: ${yamlScalar(`ratchet ${stack}`)}`,
            '  rules:',
            ...body.map((l) => `  ${l}`),
            '',
          ].join('\n'),
    nothing: rules.length === 0 ? 'No alert rule is enabled for this stack.' : null,
    inverse: null,
    notes:
      rules.length === 0
        ? []
        : [
            'Scrape /metrics of Ratchet with the token of a viewer. What Prometheus has of its own is not seen from here, so every line counts as new. Recovery bounds are left out: Prometheus has none.',
          ],
  };
}

/** `series{stack, target} > threshold`, in the units of the page. Both sides of a ratio have the same labels. */
function expression(stack: string, rule: StoredRule): string {
  const { metric, per, comparison, threshold } = rule;
  const value = per
    ? `${selector(stack, rule, metric)} / ${selector(stack, rule, per)}`
    : selector(stack, rule, metric);
  // toPrecision: 200 × 0.001 is to be 0.2 and nothing beside it.
  const bound = per ? threshold : Number((threshold * prometheusFactor(metric)).toPrecision(12));
  return `${value} ${comparison === 'above' ? '>' : '<'} ${bound}`;
}

function selector(stack: string, { target }: StoredRule, metric: MetricName): string {
  const labels = [`stack=${label(stack)}`, ...(target === null ? [] : [`target=${label(target)}`])];
  return `${prometheusName(metric)}{${labels.join(',')}}`;
}

/** A label's value in double quotes: PromQL has the escapes of Go, of which JSON's are a part. */
const label = (text: string) => JSON.stringify(text);

function absence(stack: string, rule: StoredRule): string[] {
  if (rule.noDataSeconds === null) return [];
  return [
    `# the rule allows ${rule.noDataSeconds} s without a sample`,
    `- alert: ${yamlScalar(`${rule.name}: no data`)}`,
    `  expr: ${yamlScalar(`absent_over_time(${selector(stack, rule, rule.metric)}[${rule.noDataSeconds}s])`)}`,
    '  labels:',
    `    severity: ${yamlScalar(rule.severity)}`,
  ];
}
