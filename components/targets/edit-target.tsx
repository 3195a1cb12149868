'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { editTarget, targetQuery, testEdited } from '@/lib/client/queries/targets';
import type { TargetDetail } from '@/lib/contracts/target';
import { Dialog } from '../ui/dialog';
import { Loaded } from '../ui/states';
import { useToast } from '../ui/toast';
import { TargetDialog } from './target-dialog';
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
  const { isPending, error } = save;
  return (
    <TargetDialog
      title={`Edit ${target.name}`}
      form={form}
      set={set}
      kept={{ address: target.address, ...target.kept }}
      test={{
        isPending: test.isPending,
        error: test.error,
        found: test.data,
        send: () => test.mutate(),
      }}
      submit={{ label: 'Save', isPending, error, send: form.name.trim() === '' ? null : () => save.mutate() }}
      onClose={onClose}
    />
  );
}
