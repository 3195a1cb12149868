'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/client/fetch';
import { addTarget, testTarget } from '@/lib/client/queries/targets';
import { kindWord } from '@/lib/client/words';
import { type Connection, targetKinds } from '@/lib/contracts/target';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { useToast } from '../ui/toast';
import { CapabilityList } from './capability-list';
import { TargetFields } from './target-fields';
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
  const error = add.error ?? test.error;
  const field = error instanceof ApiError ? error.field : undefined;
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title="Add a target"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            busy={test.isPending}
            disabled={connection === null}
            onClick={() => connection && test.mutate(connection)}
          >
            Test
          </Button>
          <Button
            tone="primary"
            busy={add.isPending}
            disabled={!ready}
            onClick={() => connection && add.mutate(connection)}
          >
            Add
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Segmented
          label="Kind of target"
          options={kinds}
          value={form.kind}
          onChange={(kind) => set({ kind, address: kind === 'docker' ? '/var/run/docker.sock' : '' })}
        />
        <div className="grid gap-3 sm:grid-cols-2">
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
          <Field
            label="Stack"
            hint="targets of one stack belong together"
            error={field === 'stack' ? error?.message : null}
          >
            {(p) => (
              <TextInput
                {...p}
                value={form.stack}
                maxLength={60}
                onChange={(e) => set({ stack: e.target.value })}
              />
            )}
          </Field>
        </div>
        <TargetFields form={form} set={set} kept={null} />
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
