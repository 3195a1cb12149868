'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/client/fetch';
import { addNotifier } from '@/lib/client/queries/alerts';
import { NotifierInput, type NotifierKind } from '@/lib/contracts/alert';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { useToast } from '../ui/toast';

const kinds = [
  { value: 'webhook', label: 'Webhook' },
  { value: 'slack', label: 'Slack' },
  { value: 'email', label: 'E-mail' },
] as const;

const fields: Record<NotifierKind, { key: string; label: string; hint: string }[]> = {
  webhook: [{ key: 'url', label: 'Address', hint: 'gets a POST with the alert as JSON' }],
  slack: [{ key: 'url', label: 'Webhook address', hint: 'of Slack, Mattermost, Rocket.Chat or alike' }],
  email: [
    { key: 'server', label: 'Mail server', hint: 'smtp://user:password@host:587, or smtps://' },
    { key: 'from', label: 'From', hint: 'address of the sender' },
    { key: 'to', label: 'To', hint: 'address of the receiver' },
  ],
};

export function AddNotifier({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<NotifierKind>('webhook');
  const [name, setName] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const [asked, setAsked] = useState(false);
  const client = useQueryClient();
  const say = useToast();
  const add = useMutation({
    mutationFn: addNotifier,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['notifiers'] });
      say(`${name} was added. Send it a test message, then choose it in a rule.`);
      onClose();
    },
  });
  const typed = Object.fromEntries(fields[kind].map(({ key }) => [key, (values[key] ?? '').trim()]));
  const read = NotifierInput.safeParse({ name, connection: { kind, ...typed } });
  const wrong = (field: string): string | null => {
    if (add.error instanceof ApiError && add.error.field === field) return add.error.message;
    if (!asked || read.success) return null;
    return read.error.issues.find((i) => i.path.at(-1) === field)?.message ?? null;
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a notifier"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            busy={add.isPending}
            onClick={() => {
              setAsked(true);
              if (read.success) add.mutate(read.data);
            }}
          >
            Add
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Segmented label="Kind of notifier" options={kinds} value={kind} onChange={setKind} />
        <Field label="Name" hint="how it is shown" error={wrong('name')}>
          {(p) => <TextInput {...p} value={name} maxLength={60} onChange={(e) => setName(e.target.value)} />}
        </Field>
        {fields[kind].map(({ key, label, hint }) => (
          <Field key={key} label={label} hint={hint} error={wrong(key)}>
            {(p) => (
              <TextInput
                {...p}
                value={values[key] ?? ''}
                className="font-mono"
                onChange={(e) => setValues((v) => ({ ...v, [key]: e.target.value }))}
              />
            )}
          </Field>
        ))}
        <p className="text-xs text-ink3">
          What is typed here is encrypted where it is kept, and never shown again.
        </p>
        {add.error && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
            {add.error.message}
          </p>
        )}
      </div>
    </Dialog>
  );
}
