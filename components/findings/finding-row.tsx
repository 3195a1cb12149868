import { cx } from '@/lib/client/cx';
import { figureText, percent } from '@/lib/client/format';
import type { FindingView } from '@/lib/contracts/finding';
import { StackLink } from '../shell/stack-link';
import { SeverityTag, StateTag } from '../ui/word-tag';
import { ProveFinding } from './prove-finding';

const bar = { critical: 'bg-bad', high: 'bg-bad', medium: 'bg-warn', low: 'bg-before' } as const;

/** One finding on two lines: what is wrong and how bad, then the evidence; its remedy at the right. */
export function FindingRow({ finding, showState }: { finding: FindingView; showState?: boolean }) {
  const evidence = finding.evidence.slice(0, 3);
  return (
    <li className="grid grid-cols-[6px_1fr] items-center gap-x-3 gap-y-2 border-t border-line2 py-2.5 first:border-t-0 sm:grid-cols-[6px_1fr_auto]">
      <span aria-hidden="true" className={cx('h-full min-h-8 w-1.5 rounded-[3px]', bar[finding.severity])} />
      <div className="min-w-0">
        <p className="break-words">
          <StackLink href={`/findings/${finding.number}`} className="font-medium hover:underline">
            {finding.title}
          </StackLink>{' '}
          <span className="inline-flex gap-1 align-[1px]">
            <SeverityTag severity={finding.severity} />
            {showState && finding.state !== 'open' && <StateTag state={finding.state} />}
          </span>
        </p>
        <p className="text-xs break-words text-ink2">
          {finding.weight > 0 && evidence.length === 0 && <>{percent(finding.weight)} % of the total · </>}
          {evidence.map((e) => (
            <span key={e.label}>
              {e.label} {typeof e.value === 'number' ? figureText(e.value, e.unit) : e.value}
              {' · '}
            </span>
          ))}
          <code className="font-mono text-[0.75rem]">{finding.subject}</code> on {finding.target}
        </p>
      </div>
      <div className="col-start-2 sm:col-start-3">
        <ProveFinding finding={finding} small />
      </div>
    </li>
  );
}
