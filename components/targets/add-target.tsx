'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/client/fetch';
import { addTarget, testTarget } from '@/lib/client/queries/targets';
import { kindWord } from '@/lib/client/words';
import { type Connection, type TargetKind, targetKinds } from '@/lib/contracts/target';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { useToast } from '../ui/toast';
import { CapabilityList } from './capability-list';
import { connectionOf, emptyForm, type Form, optionsOf } from './target-form';

const kinds = targetKinds.map((kind) => ({ value: kind, label: kindWord[kind] ?? kind }));

const addressField: Record<TargetKind, { label: string; hint: string; placeholder: string }> = {
  postgres: {
    label: 'Connection URL',
    hint: 'a role that may read pg_monitor views is enough to watch',
    placeholder: 'postgres://observer:secret@host:5432/database',
  },
  redis: {
    label: 'Connection URL',
    hint: 'with a password where the server wants one',
    placeholder: 'redis://host:6379',
  },
  docker: { label: 'Socket', hint: 'path of the engine’s socket', placeholder: '/var/run/docker.sock' },
  http: { label: 'Base URL', hint: 'only this origin is called', placeholder: 'http://host:8080' },
};

export function AddTarget({ stack, onClose }: { stack: string; onClose: () => void }) {
  const [form, setForm] = useState<Form>({ ...emptyForm, stack });
  const client = useQueryClient();
  const say = useToast();
  const test = useMutation({ mutationFn: (connection: Connection) => testTarget({ connection }) });
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
  const address = addressField[form.kind];
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
        <Field label={address.label} hint={address.hint}>
          {(p) => (
            <TextInput
              {...p}
              value={form.address}
              placeholder={address.placeholder}
              className="font-mono"
              onChange={(e) => set({ address: e.target.value })}
            />
          )}
        </Field>
        {form.kind === 'postgres' && (
          <>
            <Field
              label="Connection URL for changes (optional)"
              hint="an owner of the tables; without it changes run with the role above, or are refused with the reason"
            >
              {(p) => (
                <TextInput
                  {...p}
                  value={form.operatorUrl}
                  className="font-mono"
                  onChange={(e) => set({ operatorUrl: e.target.value })}
                />
              )}
            </Field>
            <label className="flex items-start gap-2 text-sm">
              <input
                type="checkbox"
                className="mt-0.5 size-4 accent-[var(--after)]"
                checked={form.allowWriteProbes}
                onChange={(e) => set({ allowWriteProbes: e.target.checked })}
              />
              <span>
                Writes may be measured inside transactions that are rolled back
                <span className="block text-xs text-ink3">
                  otherwise a write is measured by its search condition only; sequences move on either way
                </span>
              </span>
            </label>
          </>
        )}
        {form.kind === 'http' && (
          <div className="grid gap-3 sm:grid-cols-2">
            <Field label="Metrics path (optional)" hint="a page in Prometheus format">
              {(p) => (
                <TextInput
                  {...p}
                  value={form.metricsPath}
                  placeholder="/metrics"
                  onChange={(e) => set({ metricsPath: e.target.value })}
                />
              )}
            </Field>
            <Field label="Probe path (optional)" hint="asked every few seconds">
              {(p) => (
                <TextInput
                  {...p}
                  value={form.probePath}
                  placeholder="/health"
                  onChange={(e) => set({ probePath: e.target.value })}
                />
              )}
            </Field>
            <Field label="Knobs token (optional)" hint="lets settings of the service be tried while it runs">
              {(p) => (
                <TextInput
                  {...p}
                  type="password"
                  autoComplete="off"
                  value={form.knobsToken}
                  onChange={(e) => set({ knobsToken: e.target.value })}
                />
              )}
            </Field>
          </div>
        )}
        {form.kind === 'docker' && (
          <Field label="Only containers whose name begins with (optional)">
            {(p) => (
              <TextInput
                {...p}
                value={form.containerPrefix}
                onChange={(e) => set({ containerPrefix: e.target.value })}
              />
            )}
          </Field>
        )}
        <p className="text-xs text-ink3">
          What is typed here is encrypted where it is kept, and never shown again.
        </p>
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
