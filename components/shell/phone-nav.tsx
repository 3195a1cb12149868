'use client';
import { Ellipsis } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { useMe } from './me';
import { isAt, places } from './nav';
import { StackLink } from './stack-link';
import { ThemeChoice } from './theme-choice';
import { useSignOut } from './use-sign-out';

const first = ['/', '/findings', '/trials', '/reports'];

/** Below medium width: four places at the thumb, the rest behind "More". */
export function PhoneNav() {
  const path = usePathname();
  const [more, setMore] = useState(false);
  const me = useMe();
  const leave = useSignOut();
  const main = places.filter((p) => first.includes(p.path));
  const rest = places.filter((p) => !first.includes(p.path));
  const cell = 'flex flex-1 flex-col items-center justify-center gap-0.5 py-2 text-2xs';
  return (
    <>
      <nav
        aria-label="Main, phone"
        className="no-print fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {main.map((place) => {
          const here = isAt(place, path);
          return (
            <StackLink
              key={place.path}
              href={place.path}
              aria-current={here ? 'page' : undefined}
              className={cx(cell, here ? 'font-medium text-ink' : 'text-ink2')}
            >
              <place.icon
                aria-hidden="true"
                className={cx('size-5', here && 'text-after')}
                strokeWidth={1.75}
              />
              {place.label}
            </StackLink>
          );
        })}
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setMore(true)}
          className={cx(cell, 'text-ink2')}
        >
          <Ellipsis aria-hidden="true" className="size-5" strokeWidth={1.75} />
          More
        </button>
      </nav>
      <Dialog open={more} onClose={() => setMore(false)} title="More">
        <ul className="grid gap-1">
          {rest.map((place) => (
            <li key={place.path}>
              <StackLink
                href={place.path}
                onClick={() => setMore(false)}
                className="flex min-h-11 items-center gap-3 rounded-lg px-2 hover:bg-line2"
              >
                <place.icon aria-hidden="true" className="size-5 text-ink2" strokeWidth={1.75} />
                {place.label}
              </StackLink>
            </li>
          ))}
        </ul>
        <div className="mt-4 flex flex-wrap items-center justify-between gap-3 border-t border-line2 pt-4">
          <ThemeChoice />
          <Button onClick={leave}>Sign out {me.name}</Button>
        </div>
      </Dialog>
    </>
  );
}
