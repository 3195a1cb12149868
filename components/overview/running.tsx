import { ArrowRight } from 'lucide-react';
import { timeLeft } from '@/lib/client/format';
import type { TrialSummary } from '@/lib/contracts/trial';
import { StackLink } from '../shell/stack-link';
import { Progress } from '../ui/progress';

/** What is being measured right now. */
export function Running({ trials }: { trials: TrialSummary[] }) {
  return (
    <>
      {trials.map((trial) => {
        const p = trial.progress;
        const share = p && p.segmentsTotal > 0 ? p.segmentsDone / p.segmentsTotal : null;
        return (
          <StackLink
            key={trial.id}
            href={`/trials/${trial.id}`}
            className="mb-3 grid items-center gap-x-5 gap-y-2 rounded-[10px] border border-mark bg-panel px-4 py-3 hover:bg-mark-soft sm:grid-cols-[1fr_minmax(8rem,16rem)_auto]"
          >
            <span className="min-w-0">
              <span className="block font-medium break-words">Trial running: {trial.title}</span>
              <span className="text-xs text-ink2">
                {p
                  ? `${p.phase} · round ${Math.min(p.round + 1, p.rounds)} of ${p.rounds}${p.secondsLeft === null ? '' : ` · ${timeLeft(p.secondsLeft)} left`}`
                  : 'waiting for its turn'}
              </span>
            </span>
            <Progress share={share} label={`Progress of ${trial.title}`} />
            <span className="inline-flex items-center gap-1 text-sm text-ink2">
              Watch <ArrowRight aria-hidden="true" className="size-3.5" />
            </span>
          </StackLink>
        );
      })}
    </>
  );
}
