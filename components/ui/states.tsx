'use client';
import { CircleAlert, Inbox, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '@/lib/client/cx';
import { ApiError } from '@/lib/client/fetch';
import { Button } from './button';
import { Card } from './card';

/** A grey bar where a value will be; read out as "loading" once, by the panel that holds it. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('skeleton block', className)} />;
}

/** Lines of a panel that loads. */
export function Loading({ rows = 3, height = 'h-9' }: { rows?: number; height?: string }) {
  return (
    <div role="status" className="grid gap-2.5">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} className={height} />
      ))}
    </div>
  );
}

/** Nothing there: says why, and what to do to have something. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-8 text-center">
      <Inbox aria-hidden="true" className="mb-1 size-5 text-ink3" />
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-[56ch] text-sm text-ink2">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** A panel that could not load: the message of the server, and a way to try again. */
export function Failed({ error, retry }: { error: Error; retry?: () => void }) {
  const gone = error instanceof ApiError && error.code === 'unreachable';
  const Icon = gone ? Unplug : CircleAlert;
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-4 py-8 text-center">
      <Icon aria-hidden="true" className="mb-1 size-5 text-bad" />
      <p className="font-medium">{gone ? 'No answer' : 'Could not load this'}</p>
      <p className="max-w-[60ch] text-sm break-words text-ink2">{error.message}</p>
      {retry && (
        <Button small className="mt-3" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

interface QueryLike<T> {
  data: T | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

/**
 * One rule for every panel: what was loaded stays, also when newer data cannot be had (then marked as old); an error
 * stands in its place only when there is nothing to show.
 */
export function Loaded<T>({
  query,
  loading,
  framed,
  children,
}: {
  query: QueryLike<T>;
  loading?: ReactNode;
  /** Stands on the page itself: what is not there yet, or cannot be had, gets a panel of its own. */
  framed?: boolean;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error && <StaleNote error={query.error} />}
        {children(query.data)}
      </>
    );
  }
  const instead = query.error ? (
    <Failed error={query.error} retry={() => void query.refetch()} />
  ) : (
    (loading ?? <Loading />)
  );
  return framed ? <Card>{instead}</Card> : instead;
}

/** Above data that could not be renewed. */
export function StaleNote({ error }: { error: Error }) {
  return (
    <p
      role="status"
      className="mb-2 flex items-start gap-2 rounded-lg bg-warn-soft px-3 py-2 text-xs text-warn-ink"
    >
      <CircleAlert aria-hidden="true" className="mt-px size-3.5 shrink-0" />
      <span>These figures are old: {error.message}</span>
    </p>
  );
}
