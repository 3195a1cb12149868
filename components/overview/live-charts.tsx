'use client';
import { RangePicker } from '../time/range-picker';
import { TimePanels } from '../time/time-panels';
import { TimeScope } from '../time/time-scope';
import { livePanels } from './live-panels';

/** The charts of the overview. */
export default function LiveCharts({ stack }: { stack: string }) {
  return (
    <TimeScope>
      <section aria-label="Live">
        <div className="mt-5 mb-2.5 flex flex-wrap items-center justify-between gap-3">
          <h2 className="text-base font-semibold">Live</h2>
          <RangePicker />
        </div>
        <TimePanels panels={livePanels} stack={stack} />
      </section>
    </TimeScope>
  );
}
