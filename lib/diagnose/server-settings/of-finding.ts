import type { Finding } from '@/lib/contracts/finding';
import type { SettingAdvice } from './formulas';

/** What the rules of server settings propose, with the place that sets the value now. */
export type FoundSetting = Omit<SettingAdvice, 'effect'> & { rule: string };

const places = ['command line', 'environment variable', 'override'];

/**
 * The setting that a finding of postgres/settings or postgres/checkpoints proposes, read from its evidence, which is
 * kept where its facts are not. Null for other findings, and for those that propose nothing.
 */
export function settingOfFinding(
  finding: Pick<Finding, 'id' | 'subject' | 'title' | 'evidence'>,
): FoundSetting | null {
  if (finding.id !== 'postgres/settings' && finding.id !== 'postgres/checkpoints') return null;
  const name = finding.subject;
  if (!/^[a-z_][a-z0-9_.]*$/.test(name)) return null;
  const text = (label: string) => {
    const value = finding.evidence.find((e) => e.label === label)?.value;
    return typeof value === 'string' ? value : null;
  };
  const setBy = text('set by');
  const fixedBy = setBy !== null && places.includes(setBy) ? setBy : null;
  if (text(name) === 'off')
    return {
      ...{ name, current: 'off', proposed: 'on', why: finding.title, takesEffect: 'reload' },
      ...{ fixedBy, rule: finding.id },
    };
  const current = text('current');
  const proposed = text('proposed');
  const why = text('formula');
  if (current === null || proposed === null || why === null) return null;
  const takesEffect = text('takes effect at a') === 'restart' ? 'restart' : 'reload';
  return { name, current, proposed, why, takesEffect, fixedBy, rule: finding.id };
}
