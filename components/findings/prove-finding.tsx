'use client';
import { useState } from 'react';
import type { FindingView } from '@/lib/contracts/finding';
import type { ChangeDialogMode } from '../changes/change-dialog';
import { ChangeDialog } from '../changes/lazy-change-dialog';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { Button, buttonClass } from '../ui/button';

const ready = ['proposed', 'rolled-back', 'failed'];

/**
 * The remedy of a finding: prove it, or look at what it would do. A viewer can look; what is under way or done is
 * linked.
 */
export function ProveFinding({ finding, small }: { finding: FindingView; small?: boolean }) {
  const may = useMay('operator');
  const [mode, setMode] = useState<ChangeDialogMode | null>(null);
  const change = finding.changes.find((c) => ready.includes(c.state)) ?? finding.changes[0];
  const [answer] = finding.related;
  if (!change && answer) {
    return (
      <StackLink
        href={`/findings/${answer.number}`}
        className={buttonClass('plain', small)}
        title={answer.title}
      >
        See finding {answer.number}
      </StackLink>
    );
  }
  if (!change) {
    return <span className="text-xs text-ink3">no remedy by button</span>;
  }
  if (!ready.includes(change.state)) {
    return (
      <StackLink href={`/changes/${change.id}`} className={buttonClass('plain', small)}>
        {change.state === 'applied' ? 'Applied' : 'Under way'}
      </StackLink>
    );
  }
  return (
    <div className="flex flex-wrap gap-1.5">
      <Button small={small ?? false} tone="quiet" onClick={() => setMode('preview')}>
        Preview
      </Button>
      {may && change.provable && (
        <Button
          small={small ?? false}
          tone={finding.severity === 'critical' || finding.severity === 'high' ? 'primary' : 'plain'}
          onClick={() => setMode('prove')}
        >
          Prove
        </Button>
      )}
      {mode && (
        <ChangeDialog changeId={change.id} mode={mode} onClose={() => setMode(null)} onMode={setMode} />
      )}
    </div>
  );
}
