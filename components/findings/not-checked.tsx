'use client';
import { useQuery } from '@tanstack/react-query';
import { cannotCheckQuery } from '@/lib/client/queries/findings';
import { Card } from '../ui/card';
import { Code } from '../ui/code';

/** What the newest diagnosis could not check, why, and what would let it; closed until asked for. */
export function NotChecked({ stack }: { stack: string | null }) {
  const { data, error } = useQuery(cannotCheckQuery(stack));
  if (error)
    return <p className="mt-3 text-sm text-bad-ink">What was not checked is not known: {error.message}</p>;
  if (!data || data.length === 0) return null;
  return (
    <Card className="mt-3">
      <details>
        <summary className="cursor-pointer text-sm font-medium">Not checked ({data.length})</summary>
        <ul className="mt-2 grid gap-3">
          {data.map((c) => (
            <li
              key={`${c.id} ${c.target} ${c.reason}`}
              className="grid gap-1 border-t border-line2 pt-3 text-sm"
            >
              <p>
                <code className="font-mono text-xs">{c.id}</code> on {c.target}
              </p>
              <p className="break-words text-ink2">{c.reason}</p>
              <Code label={`What lets ${c.id} be checked`}>{c.enable}</Code>
            </li>
          ))}
        </ul>
      </details>
    </Card>
  );
}
