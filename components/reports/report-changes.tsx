import { bytesText, durationText, figureText } from '@/lib/client/format';
import type { ReportDocument } from '@/lib/contracts/report';
import { statementsOf } from '../changes/change-brief';
import { Journal } from '../changes/journal';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Code } from '../ui/code';
import { Folded } from '../ui/folded';
import { OutcomeTag, StateTag } from '../ui/word-tag';

/** What was changed, word for word, with what undoes it and the journal of both. */
export function ReportChanges({ report }: { report: ReportDocument }) {
  if (report.changes.length === 0) {
    return (
      <Card title="What was changed">
        <p className="text-sm text-ink2">Nothing.</p>
      </Card>
    );
  }
  return (
    <Card title="What was changed" note="exact statements">
      <ul className="grid gap-4">
        {report.changes.map((c) => {
          const trial = report.trials.find((t) => t.id === c.trial);
          return (
            <li key={c.key} className="print-block border-t border-line2 pt-4 first:border-t-0 first:pt-0">
              <p className="mb-1.5 flex flex-wrap items-center gap-2">
                <span className="font-medium break-words">{c.plan.title}</span>
                <StateTag state={c.state} />
                {trial?.verdict && <OutcomeTag outcome={trial.verdict.verdict} />}
                {c.trial !== null && (
                  <StackLink href={`/trials/${c.trial}`} className="link text-sm">
                    trial {c.trial}
                  </StackLink>
                )}
              </p>
              <Code label={`Statements of ${c.plan.title}`}>
                {`${statementsOf(c.plan.steps)}${c.plan.inverse.length > 0 ? `\n-- undo:\n${statementsOf(c.plan.inverse)}` : ''}`}
              </Code>
              <p className="mt-1.5 text-xs text-ink2">
                on {c.target}
                {c.outcome?.applyMs !== undefined && ` · applying took ${durationText(c.outcome.applyMs)}`}
                {c.outcome?.sizeBytes !== undefined && ` · ${bytesText(c.outcome.sizeBytes)} built`}
                {c.outcome?.measured?.map(
                  (m) => ` · ${m.label} ${figureText(m.before, m.unit)} → ${figureText(m.after, m.unit)}`,
                )}
                {trial?.decidedWhy && ` · ${trial.decidedWhy}`}
              </p>
              {c.journal.length > 0 && (
                <Folded className="no-print mt-1.5 text-sm" summary="Journal">
                  <Journal lines={c.journal} />
                </Folded>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
