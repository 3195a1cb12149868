import type { Horizon, NotEvaluated, Recommendation, Recommendations } from '@/lib/contracts/recommendation';
import { findingRules } from './rules/findings';
import { rateLimiting, readReplicas, scaleOut } from './rules/load';
import { connectionPool } from './rules/pool';
import { tls } from './rules/tls';
import { batching, tracing } from './rules/traffic';
import type { RecommendFacts, RecommendRule } from './types';

export const recommendRules: readonly RecommendRule[] = [
  tls,
  ...findingRules,
  connectionPool,
  rateLimiting,
  batching,
  scaleOut,
  readReplicas,
  tracing,
];

/** What a person said of a recommendation, with what it said then. */
export interface Mark {
  key: string;
  state: 'planned' | 'done';
  by: string;
  at: string;
  note: string | null;
  /** As it stood when it was marked. */
  was: Pick<Recommendation, 'rule' | 'horizon' | 'target' | 'title' | 'detail' | 'evidence' | 'threshold'>;
}

const order: Horizon[] = ['now', 'weeks', 'months'];

/**
 * The recommendations that the evidence asks for now, and those that a person has marked. What is done is checked: its
 * evidence is gone only where it was looked for after it was marked. Pure.
 */
export function evaluate(facts: RecommendFacts, marks: readonly Mark[]): Recommendations {
  const items: Recommendation[] = [];
  const notEvaluated: NotEvaluated[] = [];
  const answers = recommendRules.map((rule) => ({ rule, answer: rule.check(facts) }));
  for (const { rule, answer } of answers) {
    const { id, horizon, threshold } = rule;
    notEvaluated.push(...answer.notEvaluated.map((n) => ({ rule: id, ...n })));
    for (const { subject, ...draft } of answer.drafts) {
      const key = `${id}:${draft.target}:${subject}`;
      const mark = marks.find((m) => m.key === key);
      items.push({
        ...{ key, rule: id, horizon, threshold, ...draft },
        ...markedBy(mark),
        check: 'there',
        checked: mark?.state === 'done' ? 'checked: the evidence is still there' : 'the evidence is there',
      });
    }
  }
  for (const mark of marks) {
    if (items.some((i) => i.key === mark.key)) continue;
    const of = answers.find((a) => a.rule.id === mark.was.rule)?.answer;
    items.push({ key: mark.key, ...mark.was, ...markedBy(mark), ...checkOf(mark, of) });
  }
  items.sort((a, b) => order.indexOf(a.horizon) - order.indexOf(b.horizon));
  return { items, notEvaluated };
}

const markedBy = (mark: Mark | undefined) => ({
  ...{ state: mark?.state ?? ('open' as const), by: mark?.by ?? null, at: mark?.at ?? null },
  note: mark?.note ?? null,
});

/** Whether the evidence of what is not recommended any more was looked for since it was marked. */
function checkOf(
  mark: Mark,
  answer: ReturnType<RecommendRule['check']> | undefined,
): Pick<Recommendation, 'check' | 'checked'> {
  const { target } = mark.was;
  const not = (why: string) => ({ check: 'not-checked' as const, checked: `not checked: ${why}` });
  if (!answer) return not('this version has no such rule.');
  const blocked = answer.notEvaluated.find((n) => n.target === target);
  if (blocked) return not(blocked.why);
  const looked = answer.looked.find((l) => l.target === target);
  if (!looked) return not(`${target} is not read.`);
  if (Date.parse(looked.at) <= Date.parse(mark.at))
    return not(`nothing was measured since; the newest is from ${looked.at}.`);
  return { check: 'gone', checked: `checked: the evidence is gone, as measured at ${looked.at}` };
}
