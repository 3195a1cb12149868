import { decisionWord, outcomeWord, severityWord, stateWord } from '@/lib/client/words';
import type { Severity } from '@/lib/contracts/finding';
import type { Outcome } from '@/lib/contracts/verdict';
import { Tag } from './tag';

export const OutcomeTag = ({ outcome }: { outcome: Outcome }) => (
  <Tag tone={outcomeWord[outcome].tone}>{outcomeWord[outcome].text}</Tag>
);
export const SeverityTag = ({ severity }: { severity: Severity }) => (
  <Tag tone={severityWord[severity].tone}>{severityWord[severity].text}</Tag>
);
export const DecisionTag = ({ decision }: { decision: 'kept' | 'rolled-back' }) => (
  <Tag tone={decisionWord[decision].tone}>{decisionWord[decision].text}</Tag>
);
export const StateTag = ({ state }: { state: string }) => {
  const word = stateWord(state);
  return <Tag tone={word.tone}>{word.text}</Tag>;
};
