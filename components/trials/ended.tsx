import { Ban, CircleAlert, Unplug } from 'lucide-react';
import { plural } from '@/lib/client/format';
import type { TrialDetail } from '@/lib/contracts/trial';
import { StateTag } from '../ui/word-tag';
import { TrialActions } from './trial-actions';

const words: Record<string, { title: string; text: string; icon: typeof Ban; color: string }> = {
  cancelled: {
    title: 'Cancelled before a verdict',
    text: 'The load was stopped and the change rolled back.',
    icon: Ban,
    color: 'text-ink3',
  },
  interrupted: {
    title: 'Interrupted before a verdict',
    text: 'The worker stopped in the middle of it. What was half done on the target was settled at the next start; the journal of the change says how.',
    icon: Unplug,
    color: 'text-warn',
  },
  failed: {
    title: 'The trial failed',
    text: 'There is no verdict.',
    icon: CircleAlert,
    color: 'text-bad',
  },
  done: {
    title: 'Ended without a verdict',
    text: 'Fewer than six rounds count; below that no verdict is given.',
    icon: CircleAlert,
    color: 'text-warn',
  },
};

/** A trial that ended without an answer: why, what state the target is in, and what to do next. */
export function Ended({ trial }: { trial: TrialDetail }) {
  const word = words[trial.state] ?? words.done;
  if (!word) return null;
  const rounds = new Set(trial.segments.filter((s) => s.void === null).map((s) => s.round)).size;
  return (
    <section
      aria-label="How it ended"
      className="mb-3 grid items-center gap-x-6 gap-y-3 rounded-[10px] border border-line bg-panel px-4 py-4 md:grid-cols-[auto_1fr_auto] md:px-5"
    >
      <word.icon aria-hidden="true" className={`size-8 ${word.color}`} strokeWidth={1.5} />
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 text-lg font-semibold tracking-tight">
          {word.title} <StateTag state={trial.state} />
        </p>
        <p className="max-w-[72ch] text-ink2">{word.text}</p>
        {trial.error && <p className="mt-1 max-w-[90ch] text-sm break-words text-bad-ink">{trial.error}</p>}
        <p className="mt-1 text-sm text-ink2">
          {trial.segments.length === 0
            ? 'Nothing was measured.'
            : `${plural(trial.segments.length, 'segment')} of ${plural(rounds, 'round')} were measured; they are below, without a verdict.`}
          {trial.changeState && ` The change is now ${trial.changeState.replace('-', ' ')}.`}
        </p>
      </div>
      {trial.changeId !== null && trial.kind === 'change' && (
        <TrialActions trial={trial} changeId={trial.changeId} />
      )}
    </section>
  );
}
