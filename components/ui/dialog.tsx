'use client';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { cx } from '@/lib/client/cx';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Buttons, right-aligned below the content. */
  footer?: ReactNode;
  wide?: boolean;
  role?: 'dialog' | 'alertdialog';
}

const field =
  'input:not(:disabled, [type=radio]:not(:checked)), select:not(:disabled), textarea:not(:disabled)';

/**
 * Moves the focus to the first field of a dialog, now or, where the fields wait for data, as soon as there is one, unless
 * the person has moved it first. Returns what ends the wait.
 */
function focusFirstField(content: HTMLElement) {
  const first = () => content.querySelector<HTMLElement>(field);
  const found = first();
  if (found) return found.focus();
  const began = document.activeElement;
  const observer = new MutationObserver(() => {
    const late = first();
    if (!late) return;
    observer.disconnect();
    if (document.activeElement === began) late.focus();
  });
  observer.observe(content, { childList: true, subtree: true });
  return () => observer.disconnect();
}

/**
 * A modal on the browser's own <dialog>: focus begins at its first field where there is one, stays inside and returns, Escape
 * closes, the page behind is inert.
 * Its content is mounted only while it is open.
 */
export function Dialog({ open, onClose, title, children, footer, wide, role = 'dialog' }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const opener = useRef<Element>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      opener.current = document.activeElement;
      dialog.showModal();
      // Without this it would be the button that closes. A finger opens its keyboard itself when it wants one.
      if (content.current && matchMedia('(pointer: fine)').matches) return focusFirstField(content.current);
    }
    if (!open && dialog.open) dialog.close();
  }, [open]);
  // Taken out of the page while it is open, it would take the focus along.
  useLayoutEffect(() => {
    const dialog = ref.current;
    return () => {
      if (!dialog?.open) return;
      const back = opener.current;
      queueMicrotask(() => {
        if (!dialog.isConnected && back instanceof HTMLElement) back.focus();
      });
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog already; the click is on the veil
    <dialog
      ref={ref}
      role={role}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
      className={cx(
        'm-auto max-h-[min(90dvh,52rem)] w-[calc(100vw-1.5rem)] overflow-hidden rounded-xl border border-line bg-panel p-0 text-ink shadow-xl',
        wide ? 'max-w-3xl' : 'max-w-xl',
      )}
    >
      {open && (
        <div className="flex max-h-[min(90dvh,52rem)] flex-col">
          <header className="flex items-start justify-between gap-4 border-b border-line2 px-5 py-3.5">
            <h2 id={titleId} className="text-lg font-semibold tracking-tight">
              {title}
            </h2>
            <button
              type="button"
              aria-label="Close"
              onClick={onClose}
              className="-mr-1.5 rounded-md p-1.5 text-ink3 hover:bg-line2 hover:text-ink"
            >
              <X aria-hidden="true" className="size-4" />
            </button>
          </header>
          <div ref={content} className="overflow-y-auto px-5 py-4">
            {children}
          </div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line2 px-5 py-3">
              {footer}
            </footer>
          )}
        </div>
      )}
    </dialog>
  );
}
