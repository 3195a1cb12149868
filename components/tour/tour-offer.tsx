'use client';
import { Button } from '../ui/button';
import { useTour } from './tour-state';

/** Asks once, on the overview, whether a newcomer wants to be shown around. */
export function TourOffer() {
  const { state, go } = useTour();
  if (state !== 'new') return null;
  return (
    <section
      aria-label="New here?"
      className="no-print mb-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-2.5 rounded-[10px] border border-line bg-panel px-4 py-3"
    >
      <p className="max-w-[75ch] text-sm">
        <b className="font-semibold">New here?</b> A tour through this stack: what is slow, how a remedy is
        proved, what the report says. Two minutes.
      </p>
      <div className="flex gap-2">
        <Button small tone="primary" onClick={() => go(0)}>
          Show me around
        </Button>
        <Button small tone="quiet" onClick={() => go('off')}>
          Not now
        </Button>
      </div>
    </section>
  );
}
