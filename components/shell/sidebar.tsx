'use client';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';
import { Mark } from './brand';
import { groups, isAt } from './nav';
import { StackLink } from './stack-link';
import { UserMenu } from './user-menu';

/**
 * The sidebar from medium width on: icons only until the window is wide, or when a person folds it (kept in a
 * cookie). Each link keeps its name for screen readers and as a tooltip.
 */
export function Sidebar({
  counts,
  folded: start,
}: {
  counts: Record<string, number | undefined>;
  folded: boolean;
}) {
  const path = usePathname();
  const [folded, setFolded] = useState(start);
  const fold = () => {
    setFolded(!folded);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox and Safari yet
    document.cookie = `ratchet_sidebar=${folded ? 'open' : 'folded'}; path=/; max-age=31536000; samesite=lax`;
  };
  /** Shown only when the sidebar is open: hidden at medium width, and when folded. */
  const open = folded ? 'hidden' : 'hidden lg:inline';
  return (
    <nav
      aria-label="Main"
      className={cx(
        'no-print sticky top-0 hidden h-dvh shrink-0 flex-col overflow-y-auto border-r border-line px-2 py-3.5 text-sm md:flex',
        folded ? 'w-14' : 'w-14 lg:w-[212px]',
      )}
    >
      <StackLink
        href="/"
        className="flex items-center gap-2 rounded-md px-2.5 pb-2.5 font-semibold tracking-tight"
      >
        <Mark className="size-5 shrink-0" />
        <span className={cx('text-[0.9375rem]', folded ? 'sr-only' : 'sr-only lg:not-sr-only')}>Ratchet</span>
      </StackLink>
      {groups.map((group, i) => (
        <div key={group.title ?? i} className="mb-1">
          {group.title && (
            <p
              className={cx(
                'px-2.5 pt-3 pb-1 text-2xs font-medium text-ink3 low:pt-1.5 low:pb-0.5',
                folded ? 'hidden' : 'hidden lg:block',
              )}
            >
              {group.title}
            </p>
          )}
          <ul className="grid gap-0.5">
            {group.places.map((place) => {
              const here = isAt(place, path);
              const n = counts[place.path];
              return (
                <li key={place.path}>
                  <StackLink
                    href={place.path}
                    aria-current={here ? 'page' : undefined}
                    title={`${place.label} (g ${place.key})`}
                    className={cx(
                      'flex h-8 items-center gap-2.5 rounded-[7px] px-2.5 low:h-7 pointer-coarse:h-10',
                      here ? 'bg-line2 font-medium text-ink' : 'text-ink2 hover:bg-line2 hover:text-ink',
                    )}
                  >
                    <place.icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />
                    <span className={cx('flex-1', folded ? 'sr-only' : 'sr-only lg:not-sr-only')}>
                      {place.label}
                    </span>
                    {n !== undefined && n > 0 && (
                      <span className={cx('text-xs text-ink3', open)}>
                        {n}
                        <span className="sr-only"> open</span>
                      </span>
                    )}
                  </StackLink>
                </li>
              );
            })}
          </ul>
        </div>
      ))}
      <div className="mt-auto grid gap-1 pt-4 low:gap-0 low:pt-2">
        <UserMenu folded={folded} onFold={fold} />
      </div>
    </nav>
  );
}
