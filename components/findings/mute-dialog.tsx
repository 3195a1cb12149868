'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { muteFinding } from '@/lib/client/queries/findings';
import type { FindingView } from '@/lib/contracts/finding';
import { Confirm } from '../ui/confirm';
import { Field, Select, TextInput } from '../ui/field';

const lengths = [
  { days: 0, label: 'until it is unmuted' },
  { days: 1, label: 'for a day' },
  { days: 7, label: 'for a week' },
  { days: 30, label: 'for 30 days' },
];

export function MuteDialog({
  finding,
  open,
  onClose,
}: {
  finding: FindingView;
  open: boolean;
  onClose: () => void;
}) {
  const [why, setWhy] = useState('');
  const [days, setDays] = useState(0);
  const client = useQueryClient();
  return (
    <Confirm
      open={open}
      onClose={onClose}
      form
      title="Mute this finding"
      action="Mute"
      onConfirm={async () => {
        if (why.trim() === '') throw new Error('Say why, so that the next reader knows.');
        const until = days === 0 ? undefined : new Date(Date.now() + days * 86_400_000).toISOString();
        await muteFinding({ number: finding.number, why: why.trim(), until });
        await client.invalidateQueries();
      }}
    >
      <p className="text-ink2">
        It leaves the list of open findings and the headline. It is still read, and can be unmuted at any
        time.
      </p>
      <Field label="Why" hint="shown with the finding, and in the audit">
        {(p) => <TextInput {...p} value={why} maxLength={500} onChange={(e) => setWhy(e.target.value)} />}
      </Field>
      <Field label="How long">
        {(p) => (
          <Select {...p} value={String(days)} onChange={(e) => setDays(Number(e.target.value))}>
            {lengths.map((l) => (
              <option key={l.days} value={l.days}>
                {l.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
    </Confirm>
  );
}
