'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateText } from '@/lib/client/format';
import { addToken, revokeToken, tokensQuery } from '@/lib/client/queries/people';
import type { TokenView } from '@/lib/contracts/api';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { NameRoleForm } from './name-role-form';
import { Once } from './once';

export function Tokens() {
  const query = useQuery(tokensQuery());
  const client = useQueryClient();
  const add = useMutation({
    mutationFn: addToken,
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Card title="API tokens" note="for scripts: Authorization: Bearer …">
      <NameRoleForm
        nameHint="what it is for"
        action="Make a token"
        busy={add.isPending}
        error={add.error?.message ?? null}
        onSubmit={(v) => add.mutateAsync(v)}
      />
      {add.data && (
        <Once title="The new token" value={add.data.token}>
          Copy it now: only a fingerprint of it is kept, so it cannot be shown again.
        </Once>
      )}
      <Loaded query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="text-sm text-ink2">No token yet.</p>
          ) : (
            <ul>
              {tokens.map((t) => (
                <Row key={t.id} token={t} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function Row({ token }: { token: TokenView }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm">
      <span className="min-w-0">
        <span className="font-medium break-words">{token.name}</span> <Tag>{token.role}</Tag>
        <span className="block text-xs text-ink3">
          of {token.user}, made {dateText(token.createdAt)},{' '}
          {token.lastUsedAt ? `last used ${dateText(token.lastUsedAt)}` : 'never used'}
        </span>
      </span>
      <Button small tone="danger" onClick={() => setAsking(true)}>
        Revoke…<span className="sr-only"> {token.name}</span>
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={`Revoke ${token.name}`}
        action="Revoke"
        tone="danger"
        onConfirm={async () => {
          await revokeToken({ id: token.id });
          await client.invalidateQueries({ queryKey: ['tokens'] });
        }}
      >
        <p>
          Whatever uses this token is refused from now on. It cannot be given back; a new one can be made.
        </p>
      </Confirm>
    </li>
  );
}
