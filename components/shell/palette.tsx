'use client';
import { useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import { cx } from '@/lib/client/cx';
import { glossary, termIds } from '@/lib/client/glossary';
import { changesQuery } from '@/lib/client/queries/changes';
import { findingsQuery } from '@/lib/client/queries/findings';
import { reportsQuery } from '@/lib/client/queries/reports';
import { targetsQuery } from '@/lib/client/queries/targets';
import { trialsQuery } from '@/lib/client/queries/trials';
import { type SearchItem, search } from '@/lib/client/search';
import { useStack } from '@/lib/client/use-stack';
import { outcomeWord, stateWord } from '@/lib/client/words';
import { places } from './nav';

/** Everything that has a page, found by words. Arrows move, Enter opens, Escape closes. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const { stack, href } = useStack();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const listId = useId();
  const findings = useQuery(findingsQuery(stack));
  const changes = useQuery(changesQuery(stack));
  const trials = useQuery(trialsQuery(stack));
  const reports = useQuery(reportsQuery(stack));
  const targets = useQuery(targetsQuery(stack));

  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);

  const items = useMemo<SearchItem[]>(
    () => [
      ...places.map((p) => ({ kind: 'Page', title: p.label, note: `g ${p.key}`, path: p.path })),
      ...(findings.data ?? []).map((f) => ({
        kind: 'Finding',
        title: f.title,
        note: `${f.severity}, ${stateWord(f.state).text}`,
        path: `/findings/${f.number}`,
      })),
      ...(changes.data ?? []).map((c) => ({
        kind: 'Change',
        title: c.plan.title,
        note: stateWord(c.state).text,
        path: `/changes/${c.id}`,
      })),
      ...(trials.data ?? []).map((t) => ({
        kind: 'Trial',
        title: t.title,
        note: t.outcome ? outcomeWord[t.outcome].text : stateWord(t.state).text,
        path: `/trials/${t.id}`,
      })),
      ...(reports.data ?? []).map((r) => ({
        kind: 'Report',
        title: r.title,
        note: '',
        path: `/reports/${r.id}`,
      })),
      ...(targets.data ?? []).map((t) => ({
        kind: 'Target',
        title: t.name,
        note: t.address,
        path: '/targets',
      })),
      ...termIds.map((id) => ({
        kind: 'Help',
        title: glossary[id].name,
        note: '',
        path: `/help/${id}`,
      })),
    ],
    [findings.data, changes.data, trials.data, reports.data, targets.data],
  );
  const found = useMemo(() => search(items, text, 12), [items, text]);
  const go = (item: SearchItem | undefined) => {
    if (!item) return;
    onClose();
    router.push(href(item.path));
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog already; the click is on the veil
    <dialog
      ref={dialog}
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      className="mx-auto mt-[12dvh] w-[calc(100vw-1.5rem)] max-w-xl overflow-hidden rounded-xl border border-line bg-panel p-0 text-ink shadow-xl"
    >
      <div className="flex items-center gap-2.5 border-b border-line2 px-4">
        <Search aria-hidden="true" className="size-4 shrink-0 text-ink3" />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={found[at] ? `${listId}-${at}` : undefined}
          aria-label="Search pages, findings, changes, reports, targets, help"
          placeholder="Search pages, findings, changes, reports, targets, help"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') setAt((i) => Math.min(i + 1, found.length - 1));
            else if (event.key === 'ArrowUp') setAt((i) => Math.max(i - 1, 0));
            else if (event.key === 'Enter') go(found[at]);
            else return;
            event.preventDefault();
          }}
          className="h-12 w-full bg-transparent text-base outline-none placeholder:text-ink3"
        />
      </div>
      <div id={listId} role="listbox" aria-label="Results" className="max-h-[50dvh] overflow-y-auto p-1.5">
        {found.map((item, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above handles the keys
          <div
            key={`${item.kind} ${item.path} ${item.title}`}
            id={`${listId}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            onClick={() => go(item)}
            onMouseMove={() => setAt(i)}
            className={cx(
              'flex cursor-pointer items-baseline gap-3 rounded-lg px-2.5 py-2',
              i === at && 'bg-line2',
            )}
          >
            <span className="w-16 shrink-0 text-xs text-ink3">{item.kind}</span>
            <span className="min-w-0 flex-1 truncate">{item.title}</span>
            <span className="max-w-[40%] shrink-0 truncate text-xs text-ink3">{item.note}</span>
          </div>
        ))}
        {found.length === 0 && (
          <p className="px-3 py-6 text-center text-sm text-ink2">Nothing has these words.</p>
        )}
      </div>
    </dialog>
  );
}
