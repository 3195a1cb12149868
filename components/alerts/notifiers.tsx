'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateText, plural } from '@/lib/client/format';
import { deleteNotifier, notifiersQuery, testNotifier } from '@/lib/client/queries/alerts';
import type { NotifierView } from '@/lib/contracts/alert';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { useToast } from '../ui/toast';
import { AddNotifier } from './add-notifier';

export const notifierWord = { webhook: 'Webhook', slack: 'Slack', email: 'E-mail' } as const;

/** Where messages go. */
export function Notifiers() {
  const query = useQuery(notifiersQuery());
  const may = useMay('admin');
  const [adding, setAdding] = useState(false);
  const add = (
    <Button small tone="primary" onClick={() => setAdding(true)}>
      Add a notifier…
    </Button>
  );
  return (
    <Card title="Notifiers" note={may ? add : 'an admin sets them up'}>
      <Loaded query={query}>
        {(notifiers) =>
          notifiers.length === 0 ? (
            <Empty title="No notifier">
              Alerts are shown here only. A webhook, a Slack-compatible chat or a mailbox can be told as well.
            </Empty>
          ) : (
            <ul>
              {notifiers.map((n) => (
                <Row key={n.id} notifier={n} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {adding && <AddNotifier onClose={() => setAdding(false)} />}
    </Card>
  );
}

function Row({ notifier }: { notifier: NotifierView }) {
  const may = useMay('admin');
  const client = useQueryClient();
  const say = useToast();
  const [asking, setAsking] = useState(false);
  const renew = () => client.invalidateQueries({ queryKey: ['notifiers'] });
  const test = useMutation({
    mutationFn: testNotifier,
    onSuccess: () => say(`A test message went to ${notifier.name}.`),
    onError: (error: Error) => say(error.message, true),
    onSettled: renew,
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm first:border-t-0">
      <span className="min-w-0">
        <span className="font-medium break-words">{notifier.name}</span>{' '}
        <Tag>{notifierWord[notifier.kind]}</Tag>
        <span className="mt-0.5 block text-xs break-words text-ink2">
          {notifier.address} ·{' '}
          {notifier.lastSentAt ? `last message ${dateText(notifier.lastSentAt)}` : 'nothing sent yet'}
          {notifier.waiting > 0 && ` · ${plural(notifier.waiting, 'message')} waiting`}
        </span>
        {notifier.lastError !== null && (
          <span className="block text-xs break-words text-bad-ink">
            Last try failed: {notifier.lastError}
          </span>
        )}
      </span>
      {may && (
        <span className="flex gap-1.5">
          <Button small busy={test.isPending} onClick={() => test.mutate({ id: notifier.id })}>
            Send test<span className="sr-only"> to {notifier.name}</span>
          </Button>
          <Button small tone="danger" onClick={() => setAsking(true)}>
            Remove…<span className="sr-only"> {notifier.name}</span>
          </Button>
        </span>
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Remove ${notifier.name}`}
        action="Remove"
        tone="danger"
        onConfirm={async () => {
          await deleteNotifier({ id: notifier.id });
          await client.invalidateQueries();
        }}
      >
        <p>Rules that tell it go on without it. What waits to be sent is not sent.</p>
      </Confirm>
    </li>
  );
}
