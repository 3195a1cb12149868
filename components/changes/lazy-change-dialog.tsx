'use client';
import { lazy, Suspense } from 'react';
import type { ChangeDialogProps } from './change-dialog';

const Dialog = lazy(() => import('./change-dialog'));

/** The dialog is fetched when it is first asked for. */
export function ChangeDialog(props: ChangeDialogProps) {
  return (
    <Suspense>
      <Dialog {...props} />
    </Suspense>
  );
}
