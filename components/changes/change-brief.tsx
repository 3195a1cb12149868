import { figureText } from '@/lib/client/format';
import type { ChangePlan } from '@/lib/contracts/change';
import { Code } from '../ui/code';
import { Facts } from '../ui/facts';
import { Tag } from '../ui/tag';
import { SettingsTable } from './settings-table';

/** Requests and Redis commands, unlike SQL, have no semicolon at their end. */
const isSql = (statement: string) =>
  !/^((GET|PUT|POST|DELETE) \/|restart the server$|(CONFIG|EXPIREAT|PERSIST|TOUCH) )/.test(statement);

export const statementsOf = (steps: { statement: string }[]): string =>
  steps.map(({ statement: s }) => (!isSql(s) || s.trimEnd().endsWith(';') ? s : `${s};`)).join('\n');

const riskTone = { low: 'good', medium: 'warn', high: 'bad' } as const;

/** What a change is, before anything is pressed: exact statements both ways, risk, locks, what it is expected to cost. */
export function ChangeBrief({ plan, target }: { plan: ChangePlan; target: string }) {
  return (
    <div className="grid gap-3">
      <p className="text-sm text-ink2">{plan.why}</p>
      <div className="grid gap-1">
        <h3 className="text-xs font-medium text-ink2">Runs on {target}, exactly as written</h3>
        <Code label="Statements">{statementsOf(plan.steps)}</Code>
      </div>
      <div className="grid gap-1">
        <h3 className="text-xs font-medium text-ink2">Undone by</h3>
        {plan.inverse.length > 0 ? (
          <Code label="Inverse statements">{statementsOf(plan.inverse)}</Code>
        ) : (
          <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn-ink">
            {plan.reversible
              ? 'Nothing needs to be undone.'
              : 'There is no inverse: this cannot be taken back.'}
          </p>
        )}
      </div>
      {plan.settings && plan.settings.length > 0 && <SettingsTable settings={plan.settings} />}
      {plan.snippets?.map((s) => (
        <div key={s.title} className="grid gap-1">
          <h3 className="text-xs font-medium text-ink2">{s.title}</h3>
          <Code label={s.title}>{s.text}</Code>
        </div>
      ))}
      <Facts
        items={[
          {
            label: 'Risk',
            value: (
              <>
                <Tag tone={riskTone[plan.risk]}>{plan.risk}</Tag>
                {plan.needsRestart && (
                  <span className="ml-2 text-bad-ink">needs a restart of the target</span>
                )}
              </>
            ),
          },
          { label: 'Locks', value: plan.locks },
          ...plan.estimates.map((e) => ({
            label: e.label,
            value: (
              <>
                {figureText(e.value, e.unit)} <span className="text-ink3">estimated, {e.source}</span>
              </>
            ),
          })),
        ]}
      />
    </div>
  );
}
