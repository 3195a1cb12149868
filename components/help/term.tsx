'use client';
import { CircleHelp } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { cx } from '@/lib/client/cx';
import type { TermId } from '@/lib/client/glossary';
import { StackLink } from '../shell/stack-link';

/** How long the pointer may be between the term and what it says, ms. */
const graceMs = 200;

/**
 * A term that says what it means on hover and focus and leads to its page. On touch the first tap shows it; Escape, a tap
 * elsewhere or scrolling puts it away. Without children it is a small sign beside a name. The glossary is loaded when asked for.
 */
export function Term({ id, children }: { id: TermId; children?: ReactNode }) {
  const [said, setSaid] = useState<{ name: string; short: string } | null>(null);
  const [open, setOpen] = useState(false);
  const tip = useRef<HTMLSpanElement>(null);
  const link = useRef<HTMLAnchorElement>(null);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const touched = useRef(false);
  const tipId = useId();

  const show = () => {
    clearTimeout(leaving.current);
    setOpen(true);
    if (!said) void import('@/lib/client/glossary').then(({ glossary }) => setSaid(glossary[id]));
  };
  const hide = () => {
    clearTimeout(leaving.current);
    setOpen(false);
  };
  const leave = () => {
    clearTimeout(leaving.current);
    leaving.current = setTimeout(hide, graceMs);
  };

  useEffect(() => {
    if (!open || !said) return;
    place(tip.current, link.current);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') setOpen(false);
    };
    const onDown = (event: PointerEvent) => {
      const at = event.target;
      if (at instanceof Node && (tip.current?.contains(at) || link.current?.contains(at))) return;
      setOpen(false);
    };
    const onScroll = () => setOpen(false);
    window.addEventListener('keydown', onKey);
    window.addEventListener('pointerdown', onDown);
    window.addEventListener('scroll', onScroll, { passive: true, capture: true });
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('pointerdown', onDown);
      window.removeEventListener('scroll', onScroll, { capture: true });
    };
  }, [open, said]);
  useEffect(() => () => clearTimeout(leaving.current), []);

  const onLink = {
    onPointerEnter: (event: { pointerType: string }) => event.pointerType === 'mouse' && show(),
    onPointerLeave: (event: { pointerType: string }) => event.pointerType === 'mouse' && leave(),
  };
  return (
    <span className="inline-flex items-baseline font-normal">
      <StackLink
        ref={link}
        href={`/help/${id}`}
        aria-describedby={open && said ? tipId : undefined}
        aria-label={children ? undefined : `What is this: ${id.replaceAll('-', ' ')}`}
        {...onLink}
        onPointerDown={(event) => {
          touched.current = event.pointerType !== 'mouse' && !open;
        }}
        onFocus={() => {
          if (!touched.current) show();
        }}
        onBlur={leave}
        onClick={(event) => {
          if (!touched.current) return;
          touched.current = false;
          event.preventDefault();
          show();
        }}
        className={cx(
          'no-underline',
          children
            ? 'cursor-help underline decoration-edge decoration-dotted underline-offset-3'
            : 'no-print -my-1 inline-flex size-6 cursor-help items-center justify-center self-center rounded-full text-ink3 hover:text-ink',
        )}
      >
        {children ?? <CircleHelp aria-hidden="true" className="size-3.5" />}
      </StackLink>
      {open && said && (
        <span
          ref={tip}
          id={tipId}
          role="tooltip"
          popover="manual"
          onPointerEnter={() => clearTimeout(leaving.current)}
          onPointerLeave={leave}
          className="fixed m-0 w-72 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-panel px-3 py-2.5 text-left text-sm font-normal tracking-normal whitespace-normal text-ink shadow-xl"
        >
          <strong className="block font-semibold">{said.name}</strong>
          {said.short}{' '}
          <StackLink href={`/help/${id}`} tabIndex={-1} className="link whitespace-nowrap">
            More
          </StackLink>
        </span>
      )}
    </span>
  );
}

/** Into the top layer, below the term or above it, within the window. */
function place(tip: HTMLElement | null, link: HTMLElement | null): void {
  if (!tip || !link) return;
  if (!tip.matches(':popover-open')) tip.showPopover();
  const [term, size] = [link.getBoundingClientRect(), tip.getBoundingClientRect()];
  const below = term.bottom + 6;
  const top = below + size.height > window.innerHeight ? Math.max(8, term.top - size.height - 6) : below;
  const left = Math.min(Math.max(8, term.left), Math.max(8, window.innerWidth - size.width - 8));
  tip.style.inset = `${top}px auto auto ${left}px`;
}
