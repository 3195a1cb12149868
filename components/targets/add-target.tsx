'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addTarget, testTarget } from '@/lib/client/queries/targets';
import { kindWord } from '@/lib/client/words';
import { type Connection, targetKinds } from '@/lib/contracts/target';
import { Segmented } from '../ui/segmented';
import { useToast } from '../ui/toast';
import { TargetDialog } from './target-dialog';
import { connectionOf, emptyForm, type Form, optionsOf } from './target-form';

const kinds = targetKinds.map((kind) => ({ value: kind, label: kindWord[kind] ?? kind }));

export function AddTarget({ stack, onClose }: { stack: string; onClose: () => void }) {
  const [form, setForm] = useState<Form>({ ...emptyForm, stack });
  const client = useQueryClient();
  const say = useToast();
  const test = useMutation({
    mutationFn: (connection: Connection) => testTarget({ connection, options: optionsOf(form) }),
  });
  const add = useMutation({
    mutationFn: (connection: Connection) =>
      addTarget({ stack: form.stack.trim(), name: form.name.trim(), connection, options: optionsOf(form) }),
    onSuccess: () => {
      void client.invalidateQueries();
      say(`${form.name} was added. The first samples take a few seconds.`);
      onClose();
    },
  });
  const set = (patch: Partial<Form>) => {
    setForm((f) => ({ ...f, ...patch }));
    test.reset();
    add.reset();
  };
  const connection = connectionOf(form);
  const ready = connection !== null && form.name.trim() !== '' && form.stack.trim() !== '';
  const { isPending, error } = add;
  return (
    <TargetDialog
      title="Add a target"
      form={form}
      set={set}
      kept={null}
      withStack
      test={{
        isPending: test.isPending,
        error: test.error,
        found: test.data,
        send: connection && (() => test.mutate(connection)),
      }}
      submit={{ label: 'Add', isPending, error, send: ready ? () => add.mutate(connection) : null }}
      onClose={onClose}
    >
      <Segmented
        label="Kind of target"
        options={kinds}
        value={form.kind}
        onChange={(kind) => set({ kind, address: kind === 'docker' ? '/var/run/docker.sock' : '' })}
      />
    </TargetDialog>
  );
}
