'use client';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { markRecommendation } from '@/lib/client/queries/recommendations';
import type { Recommendation } from '@/lib/contracts/recommendation';
import { Confirm } from '../ui/confirm';
import { Field, TextInput } from '../ui/field';

const words = {
  open: { title: 'Open this recommendation again', action: 'Open again', says: 'The mark and its note go.' },
  planned: {
    title: 'Plan this recommendation',
    action: 'Plan',
    says: 'It stays on the list, with your name. Its evidence is looked for as before.',
  },
  done: {
    title: 'Mark this recommendation as done',
    action: 'Done',
    says: 'Ratchet checks it by measurement: it says whether the evidence is gone, or why that was not checked.',
  },
} as const;

export function MarkDialog({
  of,
  stack,
  state,
  onClose,
}: {
  of: Recommendation;
  stack: string;
  state: Recommendation['state'];
  onClose: () => void;
}) {
  const [note, setNote] = useState('');
  const client = useQueryClient();
  const { title, action, says } = words[state];
  return (
    <Confirm
      open
      onClose={onClose}
      form={state !== 'open'}
      title={title}
      action={action}
      onConfirm={async () => {
        const trimmed = note.trim();
        await markRecommendation({ stack, key: of.key, state, ...(trimmed === '' ? {} : { note: trimmed }) });
        await client.invalidateQueries({ queryKey: ['recommendations'] });
      }}
    >
      <p className="break-words">{of.title}</p>
      <p className="text-ink2">{says}</p>
      {state !== 'open' && (
        <Field label="Note" hint="optional; shown with it, and in the audit">
          {(p) => <TextInput {...p} value={note} maxLength={500} onChange={(e) => setNote(e.target.value)} />}
        </Field>
      )}
    </Confirm>
  );
}
