import { describe, expect, it } from 'vitest';
import { emptyRule, formOf, ruleOf, typedUnit } from './rule-form';

const typed = { ...emptyRule, name: 'Memory', metric: 'docker.memory' as const, per: 'docker.memory_limit' };

describe('the form of an alert rule', () => {
  it('takes shares in percent, and gives them back as they were typed', () => {
    const read = ruleOf({ ...typed, threshold: '80', recover: '70,5', noDataMinutes: '5' }, null);
    if (!('rule' in read)) throw new Error(read.message);
    expect(read.rule).toMatchObject({ threshold: 0.8, recover: 0.705, noDataSeconds: 300, target: null });
    const again = formOf({ ...read.rule, id: 1, mutedUntil: null, mutedBy: null });
    expect(again).toMatchObject({ threshold: '80', recover: '70.5', noDataMinutes: '5' });
    expect(typedUnit(typed)).toBe('%');
    expect(typedUnit({ metric: 'http.p95', per: '' })).toBe('ms');
  });

  it('says which field is wrong', () => {
    expect(ruleOf({ ...typed, threshold: '' }, null)).toEqual({
      field: 'threshold',
      message: 'give a number',
    });
    expect(ruleOf({ ...typed, threshold: 'x' }, null)).toMatchObject({ field: 'threshold' });
    expect(ruleOf({ ...typed, name: ' ', threshold: '1' }, null)).toMatchObject({ field: 'name' });
    expect(ruleOf({ ...typed, threshold: '80', recover: '90' }, null)).toMatchObject({ field: 'recover' });
    expect(ruleOf({ ...typed, threshold: '80', holdSeconds: '-1' }, null)).toMatchObject({
      field: 'holdSeconds',
    });
  });
});
