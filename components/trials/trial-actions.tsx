'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { finished, jobQuery } from '@/lib/client/queries/jobs';
import { keepTrial, rollBackTrial } from '@/lib/client/queries/trials';
import { outcomeWord } from '@/lib/client/words';
import type { TrialDetail } from '@/lib/contracts/trial';
import { statementsOf } from '../changes/change-brief';
import type { ChangeDialogMode } from '../changes/change-dialog';
import { ChangeDialog } from '../changes/lazy-change-dialog';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Code } from '../ui/code';
import { Confirm } from '../ui/confirm';
import { useToast } from '../ui/toast';

/** Roll back, keep anyway, run again: each says what will happen before it does. */
export function TrialActions({ trial, changeId }: { trial: TrialDetail; changeId: number }) {
  const may = useMay('operator');
  const client = useQueryClient();
  const say = useToast();
  const [asking, setAsking] = useState<'keep' | 'rollback' | null>(null);
  const [mode, setMode] = useState<ChangeDialogMode | null>(null);
  const [jobId, setJobId] = useState<number | null>(null);
  const job = useQuery(jobQuery(jobId));
  const act = useMutation({
    mutationFn: (what: 'keep' | 'rollback') =>
      (what === 'keep' ? keepTrial : rollBackTrial)({ id: trial.id }),
    onSuccess: ({ jobId: id }) => setJobId(id),
  });
  const jobState = job.data?.state;
  const jobError = job.data?.error;
  useEffect(() => {
    if (jobState === undefined || !finished(jobState)) return;
    setJobId(null);
    if (jobState === 'succeeded') say('Done.');
    else say(jobError ?? `That did not work (${jobState}).`, true);
    void client.invalidateQueries();
  }, [jobState, jobError, client, say]);

  if (!may) return null;
  const busy = jobId !== null || trial.changeState === 'applying' || trial.changeState === 'rolling-back';
  const applied = trial.changeState === 'applied';
  const verdict = trial.outcome ? outcomeWord[trial.outcome].text : 'no verdict';
  return (
    <div className="no-print flex flex-wrap gap-2 md:flex-col">
      {applied ? (
        <Button busy={busy} onClick={() => setAsking('rollback')}>
          Roll back…
        </Button>
      ) : (
        <Button busy={busy} onClick={() => setAsking('keep')}>
          {trial.outcome === 'improved' ? 'Keep…' : 'Keep anyway…'}
        </Button>
      )}
      <Button
        disabled={busy || applied}
        title={applied ? 'Roll back first' : undefined}
        onClick={() => setMode('prove')}
      >
        Run again…
      </Button>
      <Confirm
        open={asking === 'rollback'}
        onClose={() => setAsking(null)}
        title="Roll back this change"
        action="Roll back now"
        tone="danger"
        onConfirm={() => act.mutateAsync('rollback')}
      >
        <p>
          These statements run on the target now. The verdict of this trial was <strong>{verdict}</strong>.
          What the change gained is lost. The trial and its record stay, and the change can be proved or kept
          again.
        </p>
        <Code label="Statements">{statementsOf(trial.inverse.map((statement) => ({ statement })))}</Code>
      </Confirm>
      <Confirm
        open={asking === 'keep'}
        onClose={() => setAsking(null)}
        title={trial.outcome === 'improved' ? 'Keep this change' : 'Keep this change anyway'}
        action={trial.outcome === 'improved' ? 'Keep it' : 'Keep anyway'}
        onConfirm={() => act.mutateAsync('keep')}
      >
        <p>
          These statements run on the target now and stay. The verdict of this trial was{' '}
          <strong>{verdict}</strong>
          {trial.outcome === 'improved'
            ? '.'
            : ', so policy rolled it back: this is your decision against it, and it is written down as yours.'}{' '}
          It can be rolled back at any time.
        </p>
        <Code label="Statements">{statementsOf(trial.statements.map((statement) => ({ statement })))}</Code>
      </Confirm>
      {mode && (
        <ChangeDialog changeId={changeId} mode={mode} onClose={() => setMode(null)} onMode={setMode} />
      )}
    </div>
  );
}
