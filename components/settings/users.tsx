'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateText } from '@/lib/client/format';
import { addUser, disableUser, enableUser, linkUser, usersQuery } from '@/lib/client/queries/people';
import type { UserView } from '@/lib/contracts/api';
import { useMe } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { useToast } from '../ui/toast';
import { NameRoleForm } from './name-role-form';
import { Once } from './once';

/** People and what they may do. Nobody has a password: each signs in by a link that works once. */
export function Users() {
  const query = useQuery(usersQuery());
  const client = useQueryClient();
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  const add = useMutation({
    mutationFn: addUser,
    onSuccess: ({ signInPath }, { name }) => {
      setLink({ name, url: window.location.origin + signInPath });
      return client.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <Card title="Users">
      <NameRoleForm
        nameHint="letters, digits and . _ @ + -, without spaces"
        action="Add a user"
        busy={add.isPending}
        error={add.error?.message ?? null}
        onSubmit={(v) => add.mutateAsync(v)}
      />
      {link && (
        <Once title={`Sign-in link for ${link.name}`} value={link.url}>
          It works once and for a short time. Give it to nobody else.
        </Once>
      )}
      <Loaded query={query}>
        {(users) => (
          <ul>
            {users.map((u) => (
              <Row key={u.id} user={u} onLink={setLink} />
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

interface RowProps {
  user: UserView;
  onLink: (link: { name: string; url: string }) => void;
}

function Row({ user, onLink }: RowProps) {
  const me = useMe();
  const client = useQueryClient();
  const say = useToast();
  const [asking, setAsking] = useState(false);
  const onError = (error: Error) => say(error.message, true);
  const link = useMutation({
    mutationFn: linkUser,
    onSuccess: ({ signInPath }) => onLink({ name: user.name, url: window.location.origin + signInPath }),
    onError,
  });
  const enable = useMutation({
    mutationFn: enableUser,
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
    onError,
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm">
      <span className="min-w-0">
        <span className="font-medium break-words">{user.name}</span> <Tag>{user.role}</Tag>{' '}
        {user.disabled && <Tag tone="warn">disabled</Tag>}
        <span className="block text-xs text-ink3">since {dateText(user.createdAt)}</span>
      </span>
      <span className="flex gap-1.5">
        {user.disabled ? (
          <Button small busy={enable.isPending} onClick={() => enable.mutate({ id: user.id })}>
            Enable<span className="sr-only"> {user.name}</span>
          </Button>
        ) : (
          <>
            <Button small busy={link.isPending} onClick={() => link.mutate({ id: user.id })}>
              New sign-in link<span className="sr-only"> for {user.name}</span>
            </Button>
            {user.name !== me.name && (
              <Button small tone="danger" onClick={() => setAsking(true)}>
                Disable…<span className="sr-only"> {user.name}</span>
              </Button>
            )}
          </>
        )}
      </span>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Disable ${user.name}`}
        action="Disable"
        tone="danger"
        onConfirm={async () => {
          await disableUser({ id: user.id });
          await client.invalidateQueries();
        }}
      >
        <p>Their sessions end and their tokens are refused at once. What they did stays in the audit.</p>
      </Confirm>
    </li>
  );
}
