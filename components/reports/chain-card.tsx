'use client';
import { useQuery } from '@tanstack/react-query';
import { Link2, Unlink } from 'lucide-react';
import { dateText } from '@/lib/client/format';
import { chainQuery } from '@/lib/client/queries/chain';
import type { ChainState } from '@/lib/contracts/chain';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Loaded, Loading } from '../ui/states';

/** Whether all that is kept as evidence is still what was written, recomputed from the store. */
export function ChainCard() {
  const query = useQuery(chainQuery());
  return (
    <Card
      title="Chain of evidence"
      note={
        <Button small busy={query.isFetching} onClick={() => void query.refetch()}>
          Check again
        </Button>
      }
    >
      <Loaded query={query} loading={<Loading rows={1} />}>
        {(chain) => <Chain chain={chain} />}
      </Loaded>
    </Card>
  );
}

function Chain({ chain }: { chain: ChainState }) {
  const [first, ...others] = chain.problems;
  const entries = `${chain.entries.toLocaleString('en-US')} ${chain.entries === 1 ? 'entry' : 'entries'}`;
  const Icon = first ? Unlink : Link2;
  return (
    <div className="grid gap-1.5 text-sm">
      <p className="flex items-center gap-2 font-medium">
        <Icon aria-hidden="true" className={first ? 'size-4 text-bad' : 'size-4 text-after'} />
        <span role="status">
          {chain.entries === 0 && !first ? 'No entry yet' : `${entries}, ${first ? 'broken' : 'unbroken'}`}
        </span>
      </p>
      {first && (
        <div role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-bad-ink">
          <p className="break-words">{first.text}</p>
          {others.length > 0 && (
            <details className="mt-1">
              <summary>{others.length} more that do not fit</summary>
              <ul className="mt-1 grid list-disc gap-1 pl-5">
                {others.map((p, i) => (
                  <li key={i} className="break-words">
                    {p.text}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      )}
      <p className="text-xs text-ink2">
        Every step of a change, finished trial and frozen report is one link, hashed over the link before it
        {chain.since && `, since ${dateText(chain.since)}`}. Recomputed from what is stored{' '}
        {dateText(chain.checkedAt)}; <code>bin/ratchet verify --chain</code> does the same.
        {chain.head && (
          <>
            {' '}
            Head: entry {chain.head.seq}, <code className="break-all">{chain.head.hash}</code>
          </>
        )}
      </p>
    </div>
  );
}
