'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { startPass } from '@/lib/client/queries/jobs';
import { useStack } from '@/lib/client/use-stack';
import { choiceOf, defaultText, TrialSettingsForm } from '../changes/trial-settings';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';

/** The main job in one go: observe, diagnose, try each proposal, keep or roll back, report. */
export function RunPass({ stack }: { stack: string }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState(defaultText);
  const [most, setMost] = useState('10');
  const router = useRouter();
  const client = useQueryClient();
  const { href } = useStack();
  const choice = choiceOf(text);
  const maxChanges = Number(most);
  const mostProblem =
    Number.isInteger(maxChanges) && maxChanges >= 0 && maxChanges <= 100 && most.trim() !== ''
      ? null
      : 'a whole number from 0 to 100';
  const start = useMutation({
    mutationFn: () => startPass({ stack, settings: choice.settings, maxChanges }),
    onSuccess: ({ jobId }) => {
      void client.invalidateQueries({ queryKey: ['passes'] });
      router.push(href(`/passes/${jobId}`));
    },
  });
  return (
    <>
      <Button tone="primary" onClick={() => setOpen(true)}>
        Run a pass…
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title="Run a pass"
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              tone="primary"
              busy={start.isPending}
              disabled={choice.problem !== null || mostProblem !== null}
              onClick={() => start.mutate()}
            >
              Start pass
            </Button>
          </>
        }
      >
        <div className="grid gap-4 text-sm">
          <p className="rounded-lg bg-mark-soft px-3 py-2">
            The stack {stack} is read and diagnosed, then each proposed change is tried in turn under load.
            What is shown to be better stays applied; everything else is rolled back. A report is written at
            the end. It can be cancelled at any moment.
          </p>
          <Field label="Most changes tried" hint="the rest stays proposed" error={mostProblem}>
            {(p) => (
              <TextInput
                {...p}
                inputMode="numeric"
                value={most}
                onChange={(e) => setMost(e.target.value)}
                className="max-w-32"
              />
            )}
          </Field>
          <TrialSettingsForm text={text} onChange={setText} problem={choice.problem} each />
        </div>
        {start.error && (
          <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
            {start.error.message}
          </p>
        )}
      </Dialog>
    </>
  );
}
