'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';
import { ago, dateLong } from '@/lib/client/format';
import { pauseTarget, removeTarget, targetsQuery } from '@/lib/client/queries/targets';
import { useNow } from '@/lib/client/use-now';
import { useStack } from '@/lib/client/use-stack';
import { kindWord } from '@/lib/client/words';
import type { TargetView } from '@/lib/contracts/target';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';
import { useToast } from '../ui/toast';
import { StateTag } from '../ui/word-tag';
import { AddTarget } from './add-target';
import { EditTarget } from './edit-target';

export function TargetsPage() {
  const { stack, none } = useStack();
  const may = useMay('admin');
  const [adding, setAdding] = useState(false);
  const query = useQuery(targetsQuery(stack));
  const add = may ? (
    <Button tone="primary" disabled={stack === null && !none} onClick={() => setAdding(true)}>
      Add a target…
    </Button>
  ) : undefined;
  const empty = (
    <Empty title="Nothing is watched yet" action={add}>
      {may
        ? 'A target is a PostgreSQL database, a Redis server, a Docker engine or an HTTP service.'
        : 'An admin can add targets.'}
    </Empty>
  );
  return (
    <>
      <PageHead
        title="Targets"
        sub="What is watched, and whether it answers."
        actions={none ? undefined : add}
      />
      <Card id="target-list">
        {none ? (
          empty
        ) : (
          <Loaded query={query}>
            {(targets) =>
              targets.length === 0 ? (
                empty
              ) : (
                <ul>
                  {targets.map((t) => (
                    <Row key={t.id} target={t} may={may} />
                  ))}
                </ul>
              )
            }
          </Loaded>
        )}
      </Card>
      {adding && <AddTarget stack={stack ?? 'main'} onClose={() => setAdding(false)} />}
    </>
  );
}

function Row({ target, may }: { target: TargetView; may: boolean }) {
  const now = useNow();
  const client = useQueryClient();
  const say = useToast();
  const [removing, setRemoving] = useState(false);
  const [editing, setEditing] = useState(false);
  const pause = useMutation({
    mutationFn: pauseTarget,
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => say(error.message, true),
  });
  const bad = target.status === 'unreachable';
  return (
    <li className="grid items-center gap-x-4 gap-y-1.5 border-t border-line2 py-3 first:border-t-0 first:pt-0 last:pb-0 sm:grid-cols-[minmax(10rem,1fr)_minmax(10rem,1.4fr)_auto]">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="break-words">{target.name}</span> <StateTag state={target.status} />
        </p>
        <p className="text-xs text-ink2">{target.version ?? kindWord[target.kind] ?? target.kind}</p>
      </div>
      <div className="min-w-0 text-sm">
        <code className="font-mono text-xs break-all text-ink2">{target.address}</code>
        <p className={cx('text-xs break-words', bad ? 'text-bad-ink' : 'text-ink3')}>
          {bad ? (
            <>
              Unreachable
              {target.unreachableSince && (
                <>
                  {' '}
                  since <time dateTime={target.unreachableSince}>{dateLong(target.unreachableSince)}</time>
                </>
              )}
              {target.unreachableWhy && `: ${target.unreachableWhy}`}
            </>
          ) : target.status === 'paused' ? (
            'Not read while it is paused.'
          ) : target.lastSampleAt ? (
            `last sample ${ago(target.lastSampleAt, now)}`
          ) : (
            'no sample yet'
          )}
        </p>
      </div>
      {may && (
        <div className="flex flex-wrap gap-1.5">
          <Button small onClick={() => setEditing(true)}>
            Edit…<span className="sr-only"> {target.name}</span>
          </Button>
          <Button
            small
            busy={pause.isPending}
            onClick={() => pause.mutate({ id: target.id, paused: target.status !== 'paused' })}
          >
            {target.status === 'paused' ? 'Resume' : 'Pause'}
            <span className="sr-only"> {target.name}</span>
          </Button>
          <Button small tone="danger" onClick={() => setRemoving(true)}>
            Remove…<span className="sr-only"> {target.name}</span>
          </Button>
        </div>
      )}
      {editing && <EditTarget id={target.id} name={target.name} onClose={() => setEditing(false)} />}
      <Confirm
        open={removing}
        onClose={() => setRemoving(false)}
        title={`Remove ${target.name}`}
        action="Remove"
        tone="danger"
        onConfirm={async () => {
          await removeTarget({ id: target.id });
          await client.invalidateQueries();
          say(`${target.name} was removed.`);
        }}
      >
        <p>
          It is not read any more, and its samples, findings and proposed changes are deleted from Ratchet
          with it. The target itself is not touched: changes that were applied to it stay. To stop reading it
          for a while, pause it.
        </p>
      </Confirm>
    </li>
  );
}
