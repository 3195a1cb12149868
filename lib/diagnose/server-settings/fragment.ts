import type { SettingAdvice } from './formulas';

/** Lines for postgresql.conf, each with why and which finding asks for it. Nothing is written to any file. */
export function configurationFragment(
  advice: readonly Pick<SettingAdvice, 'name' | 'proposed' | 'current' | 'why' | 'takesEffect'>[],
  rule = 'postgres/settings',
): string {
  return advice
    .map((a) => {
      const value = /^-?[\d.]+$/.test(a.proposed) ? a.proposed : `'${a.proposed.replaceAll("'", "''")}'`;
      return `# ${rule} ${a.name}: ${a.why}; was ${a.current}; needs a ${a.takesEffect}\n${a.name} = ${value}`;
    })
    .join('\n');
}
