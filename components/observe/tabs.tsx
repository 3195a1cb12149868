'use client';
import { cx } from '@/lib/client/cx';
import { StackLink } from '../shell/stack-link';

interface TabsProps {
  label: string;
  /** Address of the page without its query. */
  path: string;
  target: string;
  tabs: readonly { value: string; label: string }[];
  value: string;
}

/** The parts of a page, each with an address of its own. */
export function Tabs({ label, path, target, tabs, value }: TabsProps) {
  return (
    <nav aria-label={label} className="no-print relative mb-3 overflow-x-auto border-b border-line">
      <ul className="flex gap-1">
        {tabs.map((tab, i) => (
          <li key={tab.value}>
            <StackLink
              href={`${path}?target=${encodeURIComponent(target)}${i === 0 ? '' : `&tab=${tab.value}`}`}
              aria-current={tab.value === value ? 'page' : undefined}
              scroll={false}
              className={cx(
                '-mb-px block border-b-2 px-3 py-2 text-sm whitespace-nowrap focus-visible:-outline-offset-2',
                tab.value === value
                  ? 'border-ink font-medium text-ink'
                  : 'border-transparent text-ink2 hover:text-ink',
              )}
            >
              {tab.label}
            </StackLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
