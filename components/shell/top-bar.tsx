'use client';
import { Search } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useStack } from '@/lib/client/use-stack';
import { Select } from '../ui/field';
import { Mark } from './brand';
import { openPalette } from './shortcuts';
import { ThemeChoice } from './theme-choice';

/** Above every page: which stack, search, theme. */
export function TopBar() {
  const { stack, stacks } = useStack();
  const router = useRouter();
  const path = usePathname();
  return (
    <header className="no-print mb-4 flex items-center gap-2">
      <Mark className="size-6 md:hidden" />
      {stacks.length > 1 ? (
        <Select
          aria-label="Stack"
          value={stack ?? ''}
          onChange={(event) =>
            router.push(`${topLevel(path)}?stack=${encodeURIComponent(event.target.value)}`)
          }
        >
          {stacks.map((s) => (
            <option key={s} value={s}>
              {s}
            </option>
          ))}
        </Select>
      ) : (
        stack && (
          <span className="rounded-lg border border-line bg-panel px-2.5 py-1 text-sm text-ink2">
            <span className="sr-only">Stack: </span>
            {stack}
          </span>
        )
      )}
      <span className="flex-1" />
      <button
        type="button"
        onClick={openPalette}
        className="flex h-8 items-center gap-2 rounded-lg border border-line bg-panel px-2.5 text-sm text-ink2 hover:bg-line2 pointer-coarse:h-10"
      >
        <Search aria-hidden="true" className="size-3.5" />
        Search
        <kbd className="rounded border border-line px-1 font-mono text-2xs text-ink3 pointer-coarse:hidden">
          /
        </kbd>
      </button>
      <div className="hidden md:block">
        <ThemeChoice />
      </div>
    </header>
  );
}

/** Another stack has other trials and findings: from a detail page the choice leads back to its list. */
const topLevel = (path: string): string => `/${path.split('/')[1] ?? ''}`;
