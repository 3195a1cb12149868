'use client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { nameBaseline } from '@/lib/client/queries/report-comparison';
import { reportsQuery } from '@/lib/client/queries/reports';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { Field, TextInput } from '../ui/field';

/** Names this report as a baseline, or says which it is. */
export function Baseline({ id, stack }: { id: number; stack: string }) {
  const may = useMay('operator');
  const client = useQueryClient();
  const { data } = useQuery(reportsQuery(stack));
  const [open, setOpen] = useState(false);
  const [name, setName] = useState('');
  const current = data?.find((r) => r.id === id)?.baseline ?? null;
  if (!may) return current === null ? null : <span className="text-sm text-ink2">Baseline “{current}”</span>;
  return (
    <>
      <Button
        onClick={() => {
          setName(current ?? '');
          setOpen(true);
        }}
      >
        {current === null ? 'Name as baseline…' : `Baseline “${current}”…`}
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        form
        title="Baseline"
        action={name.trim() === '' && current !== null ? 'Take the name away' : 'Save'}
        onConfirm={async () => {
          const given = name.trim();
          if (given === '' && current === null) throw new Error('Give it a name.');
          await nameBaseline({ id, name: given === '' ? null : given });
          await client.invalidateQueries({ queryKey: ['reports'] });
        }}
      >
        <p>
          A baseline is a report with a name, to hold later reports against. The report itself does not
          change.
        </p>
        <Field label="Name" hint="for example: since release 1.4. Empty takes the name away.">
          {(p) => <TextInput {...p} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />}
        </Field>
      </Confirm>
    </>
  );
}
