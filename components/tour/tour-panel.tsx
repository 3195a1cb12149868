'use client';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useMemo } from 'react';
import { findingsQuery } from '@/lib/client/queries/findings';
import { trialsQuery } from '@/lib/client/queries/trials';
import { type TourState, tourSteps } from '@/lib/client/tour';
import { useStack } from '@/lib/client/use-stack';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { usePointedAt } from './use-pointed-at';

/** The stop a person is at, in a corner: the page stays usable, and pressing its buttons does not end the tour. */
export default function TourPanel({ step, go }: { step: number; go: (state: TourState) => void }) {
  const router = useRouter();
  const path = usePathname();
  const { stack, href } = useStack();
  const mayProve = useMay('operator');
  const findings = useQuery(findingsQuery(stack, 'open')).data;
  const trials = useQuery(trialsQuery(stack)).data;
  const steps = useMemo(
    () => (findings && trials ? tourSteps({ findings, trials, mayProve }) : null),
    [findings, trials, mayProve],
  );
  const index = Math.min(step, (steps?.length ?? 1) - 1);
  const now = steps?.[index];
  const here = now?.path === path;
  usePointedAt(here ? now.mark : null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open]')) go('off');
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [go]);

  if (!steps || !now) return null;
  const walk = (to: number) => {
    const next = steps[to];
    if (!next) return go('off');
    go(to);
    if (next.path !== path) router.push(href(next.path));
  };
  return (
    <aside
      aria-label="Tour"
      className="no-print fixed right-3 bottom-18 left-3 z-20 rounded-[10px] border border-edge bg-panel p-4 shadow-lg sm:left-auto sm:w-96 md:bottom-4"
    >
      <div className="flex items-start justify-between gap-3">
        <p className="text-xs text-ink2">
          {index + 1} of {steps.length}
        </p>
        <button
          type="button"
          onClick={() => go('off')}
          title="End the tour (Esc)"
          className="-m-1.5 grid size-7 place-items-center rounded-md text-ink2 hover:bg-line2 hover:text-ink pointer-coarse:size-10"
        >
          <X aria-hidden="true" className="size-4" />
          <span className="sr-only">End the tour</span>
        </button>
      </div>
      <div aria-live="polite">
        <h2 className="font-semibold">{now.title}</h2>
        <p className="mt-1 text-sm text-ink2">{now.text}</p>
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button small tone="primary" onClick={() => walk(index + 1)}>
          {index + 1 < steps.length ? 'Next' : 'Done'}
        </Button>
        {!here && (
          <Button small onClick={() => router.push(href(now.path))}>
            Go there
          </Button>
        )}
        {index > 0 && (
          <Button small tone="quiet" onClick={() => walk(index - 1)}>
            Back
          </Button>
        )}
      </div>
    </aside>
  );
}
