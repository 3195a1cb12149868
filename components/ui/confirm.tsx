'use client';
import { type ReactNode, useState } from 'react';
import { Button } from './button';
import { Dialog } from './dialog';

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, to what, and what it costs. */
  children: ReactNode;
  action: string;
  tone?: 'primary' | 'danger';
  /** Rejects with a message for a person; the dialog stays open and shows it. */
  onConfirm: () => Promise<unknown>;
  /** It holds fields to fill in: a dialog then, where without it is an alert that interrupts. */
  form?: boolean;
}

/** Asks before something is done, with its consequences spelt out. */
export function Confirm({
  open,
  onClose,
  title,
  children,
  action,
  tone = 'primary',
  onConfirm,
  form = false,
}: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (e) {
      setError(e instanceof Error ? e.message : 'That did not work.');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={title}
      role={form ? 'dialog' : 'alertdialog'}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button tone={tone} busy={busy} onClick={() => void go()}>
            {action}
          </Button>
        </>
      }
    >
      <div className="grid gap-3 text-sm">{children}</div>
      {error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          {error}
        </p>
      )}
    </Dialog>
  );
}
