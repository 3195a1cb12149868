'use client';
import { useState } from 'react';
import { Confirm } from '../ui/confirm';
import { Field, Select } from '../ui/field';

const spans = [
  { hours: 1, label: '1 hour' },
  { hours: 4, label: '4 hours' },
  { hours: 24, label: '1 day' },
  { hours: 168, label: '1 week' },
];

interface MuteProps {
  /** What is silenced; null while nothing is asked. */
  name: string | null;
  onClose: () => void;
  onMute: (until: string) => Promise<unknown>;
}

/** Asks for how long the messages of an alert or a rule are silenced. */
export function Mute({ name, onClose, onMute }: MuteProps) {
  const [hours, setHours] = useState(1);
  return (
    <Confirm
      open={name !== null}
      onClose={onClose}
      form
      title={`Mute ${name ?? ''}`}
      action="Mute"
      onConfirm={() => onMute(new Date(Date.now() + hours * 3_600_000).toISOString())}
    >
      <div className="grid gap-3">
        <p>No message is sent meanwhile. It is still judged, and what happens stands in the history.</p>
        <Field label="For">
          {(p) => (
            <Select {...p} value={hours} onChange={(e) => setHours(Number(e.target.value))}>
              {spans.map((s) => (
                <option key={s.hours} value={s.hours}>
                  {s.label}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
    </Confirm>
  );
}
