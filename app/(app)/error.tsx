'use client';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';

/** A page that broke; the rest of the frame goes on. */
export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <Card>
      <div role="alert" className="grid justify-items-center gap-2 px-4 py-10 text-center">
        <p className="text-lg font-semibold">This page broke</p>
        <p className="max-w-[60ch] text-sm break-words text-ink2">
          {error.message}
          {error.digest && ` (${error.digest})`}
        </p>
        <Button onClick={reset}>Try again</Button>
      </div>
    </Card>
  );
}
