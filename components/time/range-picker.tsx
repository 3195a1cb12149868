'use client';
import { CalendarClock, History, Pause, Play, ZoomOut } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { spanText } from '@/lib/client/format';
import { presets, span } from '@/lib/client/time-range';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Select, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { useTimeScope } from './time-scope';

/** Which time the charts of this page show: a window that ends now, or one that stands still. */
export function RangePicker() {
  const scope = useTimeScope();
  const [custom, setCustom] = useState(false);
  const chosen = scope.fixed ? null : scope.preset.value;
  return (
    <div className="no-print flex flex-wrap items-center gap-2">
      {scope.fixed && (
        <>
          <span className="text-xs text-ink2">{spanText(scope.fixed.from, scope.fixed.to)}</span>
          <Button small tone="quiet" onClick={scope.goLive}>
            <ZoomOut aria-hidden="true" className="size-3.5" />
            Reset
          </Button>
        </>
      )}
      <div className="hidden sm:block">
        <Segmented label="Time range" options={presets} value={chosen} onChange={scope.choose} />
      </div>
      <Select
        aria-label="Time range"
        className="sm:hidden"
        value={chosen ?? ''}
        onChange={(event) => {
          const found = presets.find((p) => p.value === event.target.value);
          if (found) scope.choose(found.value);
        }}
      >
        {scope.fixed && <option value="">custom</option>}
        {presets.map((p) => (
          <option key={p.value} value={p.value}>
            {p.words}
          </option>
        ))}
      </Select>
      <Button small onClick={() => setCustom(true)} title="Choose begin and end">
        <CalendarClock aria-hidden="true" className="size-3.5" />
        Custom…
      </Button>
      <Button
        small
        tone={scope.compare ? 'primary' : 'plain'}
        aria-pressed={scope.compare}
        onClick={() => scope.setCompare(!scope.compare)}
        title="Draw the period of the same length before, too"
      >
        <History aria-hidden="true" className="size-3.5" />
        Compare
      </Button>
      <Button small onClick={scope.live ? scope.pause : scope.goLive}>
        {scope.live ? (
          <Pause aria-hidden="true" className="size-3.5" />
        ) : (
          <Play aria-hidden="true" className="size-3.5" />
        )}
        {scope.live ? 'Pause' : 'Live'}
      </Button>
      <Dialog open={custom} onClose={() => setCustom(false)} title="Custom time range">
        <CustomRange onDone={() => setCustom(false)} />
      </Dialog>
    </div>
  );
}

/** The value of a datetime-local field: the reader's own clock, to the second. */
function fieldTime(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

function CustomRange({ onDone }: { onDone: () => void }) {
  const scope = useTimeScope();
  const [from, setFrom] = useState(() => fieldTime(scope.from));
  const [to, setTo] = useState(() => fieldTime(scope.to));
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [a, b] = [new Date(from).getTime(), new Date(to).getTime()];
    if (!(a < b)) setWrong('The end must lie after the begin.');
    else if (span(a, b) === null) setWrong('Between 30 seconds and 400 days can be shown.');
    else {
      scope.zoom(a, b);
      onDone();
    }
  };
  return (
    <form onSubmit={submit} className="grid gap-3">
      <div className="grid gap-3 xs:grid-cols-2">
        <Field label="From">
          {(props) => (
            <TextInput
              {...props}
              type="datetime-local"
              step={1}
              value={from}
              onChange={(e) => setFrom(e.target.value)}
            />
          )}
        </Field>
        <Field label="To" error={wrong}>
          {(props) => (
            <TextInput
              {...props}
              type="datetime-local"
              step={1}
              value={to}
              onChange={(e) => setTo(e.target.value)}
            />
          )}
        </Field>
      </div>
      <p className="text-xs text-ink3">
        In the time of this browser. Dragging over a chart chooses a range too. Samples are kept for 48 hours,
        means of minutes for 30 days, means of hours for 400 days.
      </p>
      <div className="flex justify-end">
        <Button tone="primary" type="submit">
          Show
        </Button>
      </div>
    </form>
  );
}
