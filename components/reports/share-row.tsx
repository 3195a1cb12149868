'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { dateText, plural } from '@/lib/client/format';
import { revokeShare } from '@/lib/client/queries/shares';
import type { ShareView } from '@/lib/contracts/share';
import { Button } from '../ui/button';

/** A link that works: for whom, until when, when it was last opened, and its end. */
export function ShareRow({ share, named = false }: { share: ShareView; named?: boolean }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: revokeShare,
    onSuccess: () => client.invalidateQueries({ queryKey: ['shares'] }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm">
      <span className="min-w-0">
        <span className="font-medium break-words">
          {named ? `Report ${share.reportId}` : `Link ${share.id}`}
          {share.note !== '' && `, for ${share.note}`}
        </span>
        <span className="block text-xs text-ink2">
          by {share.createdBy}, until {dateText(share.expiresAt)},{' '}
          {share.lastUsedAt === null
            ? 'never opened'
            : `opened ${plural(share.uses, 'time')}, last ${dateText(share.lastUsedAt)}`}
        </span>
        {revoke.error && (
          <span role="alert" className="block text-xs text-bad-ink">
            {revoke.error.message}
          </span>
        )}
      </span>
      <Button small tone="danger" busy={revoke.isPending} onClick={() => revoke.mutate({ id: share.id })}>
        Revoke<span className="sr-only"> link {share.id}</span>
      </Button>
    </li>
  );
}
