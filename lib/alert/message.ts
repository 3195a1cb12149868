import type { AlertCondition, AlertMessage } from '@/lib/contracts/alert';
import type { Severity } from '@/lib/contracts/finding';
import type { AlertEventKind, AlertMemory } from './transition';
import { subjectText, valueText } from './words';

export interface MessageFacts {
  rule: string;
  severity: Severity;
  condition: AlertCondition;
  stack: string;
  target: string;
  label: string;
  /** Address of Ratchet's own alerts page. */
  url: string;
}

/** What people are told of a transition. */
export function alertMessage(event: AlertEventKind, memory: AlertMemory, facts: MessageFacts): AlertMessage {
  const { condition } = facts;
  const where = facts.label === '' ? facts.target : `${facts.target} ${facts.label}`;
  const value = memory.value === null ? 'nothing measured yet' : valueText(condition, memory.value);
  const bound = `${condition.comparison} ${valueText(condition, condition.threshold)}`;
  const text = {
    fired: `${subjectText(condition)} of ${where} is ${value}, ${bound}${condition.holdSeconds > 0 ? ` for ${condition.holdSeconds} s` : ''}.`,
    resolved: `${subjectText(condition)} of ${where} is ${value} again.`,
    'no-data': `${subjectText(condition)} of ${where} is no longer measured; the last value was ${value}.`,
  }[event];
  const word = { fired: 'Firing', resolved: 'Resolved', 'no-data': 'No data' }[event];
  return {
    event,
    title: `${word}: ${facts.rule} (${where})`,
    text,
    at: new Date(memory.since).toISOString(),
    severity: facts.severity,
    stack: facts.stack,
    target: facts.target,
    label: facts.label,
    value: memory.value,
    threshold: condition.threshold,
    url: facts.url,
  };
}
