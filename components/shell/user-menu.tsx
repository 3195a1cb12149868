'use client';
import { Keyboard, LogOut, PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { cx } from '@/lib/client/cx';
import { useMe } from './me';
import { openShortcuts } from './shortcuts';
import { useSignOut } from './use-sign-out';

/** Foot of the sidebar: who is signed in, and the few things that belong to the person. */
export function UserMenu({ folded, onFold }: { folded: boolean; onFold: () => void }) {
  const me = useMe();
  const leave = useSignOut();
  const text = folded ? 'sr-only' : 'sr-only lg:not-sr-only';
  const row =
    'flex h-8 items-center gap-2.5 rounded-[7px] px-2.5 text-ink2 hover:bg-line2 hover:text-ink low:h-7';
  return (
    <>
      <button type="button" onClick={openShortcuts} title="Keyboard shortcuts (?)" className={row}>
        <Keyboard aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        <span className={text}>Shortcuts</span>
      </button>
      <button
        type="button"
        onClick={onFold}
        title={folded ? 'Unfold the sidebar' : 'Fold the sidebar'}
        className={cx(row, 'max-lg:hidden')}
      >
        {folded ? (
          <PanelLeftOpen aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        ) : (
          <PanelLeftClose aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        )}
        <span className={text}>{folded ? 'Unfold the sidebar' : 'Fold'}</span>
      </button>
      <button type="button" onClick={leave} title={`Sign out ${me.name}`} className={row}>
        <LogOut aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
        <span className={text}>Sign out</span>
      </button>
      <p className={cx('truncate px-2.5 pt-1 text-xs text-ink3', folded ? 'hidden' : 'hidden lg:block')}>
        {me.name} · {me.role}
      </p>
    </>
  );
}
