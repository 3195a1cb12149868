import { AlertRuleInput, type AlertRuleView } from '@/lib/contracts/alert';
import { severities } from '@/lib/contracts/finding';
import { type MetricName, metricNames } from '@/lib/contracts/metrics';
import { unitOf } from './alert-words';

/** What is typed. Shares are typed in percent. */
export interface RuleForm {
  name: string;
  metric: MetricName;
  /** Empty: not divided. */
  per: string;
  comparison: string;
  threshold: string;
  recover: string;
  holdSeconds: string;
  noDataMinutes: string;
  severity: string;
  target: string;
  enabled: boolean;
  notifierIds: number[];
}

export const emptyRule: RuleForm = {
  name: '',
  metric: 'http.p95',
  per: '',
  comparison: 'above',
  threshold: '',
  recover: '',
  holdSeconds: '60',
  noDataMinutes: '',
  severity: 'medium',
  target: '',
  enabled: true,
  notifierIds: [],
};

const isShare = (form: Pick<RuleForm, 'metric' | 'per'>) =>
  unitOf({ metric: form.metric, per: perOf(form.per) }) === 'ratio';
const perOf = (text: string): MetricName | null => metricNames.find((m) => m === text) ?? null;

/** The unit in which the bounds of this form are typed. */
export const typedUnit = (form: Pick<RuleForm, 'metric' | 'per'>): string =>
  isShare(form) ? '%' : unitOf({ metric: form.metric, per: perOf(form.per) });

/** A stored rule as it is edited. */
export function formOf(rule: AlertRuleView): RuleForm {
  const share = isShare({ metric: rule.metric, per: rule.per ?? '' });
  const bound = (v: number | null) =>
    v === null ? '' : String(share ? Number((v * 100).toPrecision(12)) : v);
  return {
    name: rule.name,
    metric: rule.metric,
    per: rule.per ?? '',
    comparison: rule.comparison,
    threshold: bound(rule.threshold),
    recover: bound(rule.recover),
    holdSeconds: String(rule.holdSeconds),
    noDataMinutes: rule.noDataSeconds === null ? '' : String(rule.noDataSeconds / 60),
    severity: rule.severity,
    target: rule.target ?? '',
    enabled: rule.enabled,
    notifierIds: rule.notifierIds,
  };
}

/** The rule that was typed, or what is wrong with it and where. */
export function ruleOf(
  form: RuleForm,
  stack: string | null,
): { rule: AlertRuleInput } | { field: string; message: string } {
  const share = isShare(form);
  const number = (text: string) => (text.trim() === '' ? null : Number(text.trim().replace(',', '.')));
  const bound = (text: string) => {
    const value = number(text);
    return value === null ? null : share ? value / 100 : value;
  };
  const noData = number(form.noDataMinutes);
  const parsed = AlertRuleInput.safeParse({
    name: form.name,
    metric: form.metric,
    per: perOf(form.per),
    comparison: form.comparison,
    threshold: bound(form.threshold),
    recover: bound(form.recover),
    holdSeconds: number(form.holdSeconds) ?? 0,
    noDataSeconds: noData === null ? null : Math.round(noData * 60),
    severity: severities.find((s) => s === form.severity),
    enabled: form.enabled,
    stack,
    target: form.target === '' ? null : form.target,
    notifierIds: form.notifierIds,
  });
  if (parsed.success) return { rule: parsed.data };
  const issue = parsed.error.issues[0];
  const field = String(issue?.path[0] ?? '');
  const message = field === 'threshold' ? 'give a number' : (issue?.message ?? 'not understood');
  return { field, message };
}
