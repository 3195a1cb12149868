'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/client/fetch';
import { editTarget, targetQuery, testEdited } from '@/lib/client/queries/targets';
import type { TargetDetail } from '@/lib/contracts/target';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { Loaded } from '../ui/states';
import { useToast } from '../ui/toast';
import { CapabilityList } from './capability-list';
import { TargetFields } from './target-fields';
import { editOf, type Form, formOf } from './target-form';

/** Changes a target: its name, where it is, its credentials, its options. What is secret is kept when left blank. */
export function EditTarget({ id, name, onClose }: { id: number; name: string; onClose: () => void }) {
  const query = useQuery(targetQuery(id));
  if (query.data) return <EditForm target={query.data} onClose={onClose} />;
  return (
    <Dialog open wide onClose={onClose} title={`Edit ${name}`}>
      <Loaded query={query}>{() => null}</Loaded>
    </Dialog>
  );
}

function EditForm({ target, onClose }: { target: TargetDetail; onClose: () => void }) {
  const [form, setForm] = useState<Form>(() => formOf(target));
  const client = useQueryClient();
  const say = useToast();
  const edit = () => ({ id: target.id, ...editOf(form, target) });
  const test = useMutation({ mutationFn: () => testEdited(edit()) });
  const save = useMutation({
    mutationFn: () => editTarget(edit()),
    onSuccess: () => {
      void client.invalidateQueries();
      say(`${form.name.trim()} was changed. The next samples take a few seconds.`);
      onClose();
    },
  });
  const set = (patch: Partial<Form>) => {
    setForm((f) => ({ ...f, ...patch }));
    test.reset();
    save.reset();
  };
  const error = save.error ?? test.error;
  const field = error instanceof ApiError ? error.field : undefined;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`Edit ${target.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={test.isPending} onClick={() => test.mutate()}>
            Test
          </Button>
          <Button
            tone="primary"
            busy={save.isPending}
            disabled={form.name.trim() === ''}
            onClick={() => save.mutate()}
          >
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Field label="Name" hint="how it is shown" error={field === 'name' ? error?.message : null}>
          {(p) => (
            <TextInput
              {...p}
              value={form.name}
              maxLength={60}
              onChange={(e) => set({ name: e.target.value })}
            />
          )}
        </Field>
        <TargetFields form={form} set={set} kept={{ address: target.address, ...target.kept }} />
        {error && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
            {error.message}
          </p>
        )}
        {test.data && <CapabilityList capabilities={test.data} />}
      </div>
    </Dialog>
  );
}
