import { dateText, plural } from '@/lib/client/format';
import type { AlertRuleInput, Replay } from '@/lib/contracts/alert';
import { valueText } from './alert-words';

/** What a rule would have done on the history that is kept. */
export function ReplayResult({ replay, rule }: { replay: Replay; rule: AlertRuleInput }) {
  const measured = replay.series.filter((s) => s.values > 0);
  const times = measured.flatMap((s) => s.fired.map((f) => ({ ...f, target: s.target, label: s.label })));
  times.sort((a, b) => b.at.localeCompare(a.at));
  return (
    <section
      role="status"
      aria-label="On the last 7 days"
      className="rounded-lg bg-line2 px-3 py-2.5 text-sm"
    >
      <p className="font-medium">
        {measured.length === 0
          ? 'Nothing that this rule looks at was measured in the last 7 days.'
          : `Would have fired ${plural(times.length, 'time')} in the last 7 days, on ${plural(measured.length, 'series', 'series')}.`}
      </p>
      {times.length > 0 && (
        <ul className="mt-1.5 max-h-40 overflow-y-auto">
          {times.slice(0, 50).map((t) => (
            <li key={`${t.target} ${t.label} ${t.at}`} className="tnum text-xs text-ink2">
              {dateText(t.at)} to {t.until === null ? 'the end' : dateText(t.until)}: {t.target} {t.label}, at
              worst {valueText(rule, t.worst)}
            </li>
          ))}
        </ul>
      )}
      {measured.length > 0 && (
        <p className="mt-1 text-xs text-ink3">
          Judged on means over{' '}
          {replay.step >= 60 ? `${Math.round(replay.step / 60)} min` : `${replay.step} s`}: shorter peaks are
          not seen here.
        </p>
      )}
    </section>
  );
}
