'use client';
import { useRouter } from 'next/navigation';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useStack } from '@/lib/client/use-stack';
import { Dialog } from '../ui/dialog';
import { places } from './nav';

const Palette = lazy(() => import('./palette'));

/** The page's own events, so that any button can open these without a shared context. */
const paletteEvent = 'ratchet:palette';
const helpEvent = 'ratchet:shortcuts';
export const openPalette = () => window.dispatchEvent(new Event(paletteEvent));
export const openShortcuts = () => window.dispatchEvent(new Event(helpEvent));

/** Whether keys typed here are text. */
function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}

/** `/` searches, `g` then a letter goes, `?` shows what keys there are. */
export function Shortcuts() {
  const router = useRouter();
  const { href } = useStack();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);

  useEffect(() => {
    let pressedG = 0;
    const onKey = (event: KeyboardEvent) => {
      const command = (event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k';
      if (command) {
        event.preventDefault();
        setPalette(true);
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      if (event.key === '/') {
        event.preventDefault();
        setPalette(true);
      } else if (event.key === '?') {
        setHelp(true);
      } else if (event.key === 'g') {
        pressedG = event.timeStamp;
      } else if (event.timeStamp - pressedG < 1_500) {
        pressedG = 0;
        const place = places.find((p) => p.key === event.key);
        if (place) {
          event.preventDefault();
          router.push(href(place.path));
        }
      }
    };
    const showPalette = () => setPalette(true);
    const showHelp = () => setHelp(true);
    window.addEventListener('keydown', onKey);
    window.addEventListener(paletteEvent, showPalette);
    window.addEventListener(helpEvent, showHelp);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener(paletteEvent, showPalette);
      window.removeEventListener(helpEvent, showHelp);
    };
  }, [router, href]);

  return (
    <>
      {palette && (
        <Suspense fallback={null}>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
      <Dialog open={help} onClose={() => setHelp(false)} title="Keyboard shortcuts">
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-6 gap-y-2 text-sm">
          <Keys keys={['/']} what="Search pages, findings, changes, trials, reports, targets, help" />
          {places.map((p) => (
            <Keys key={p.path} keys={['g', p.key]} what={`Go to ${p.label}`} />
          ))}
          <Keys keys={['?']} what="Show this" />
          <Keys keys={['Esc']} what="Close" />
        </dl>
      </Dialog>
    </>
  );
}

function Keys({ keys, what }: { keys: string[]; what: string }) {
  return (
    <div className="contents">
      <dt className="flex gap-1">
        {keys.map((k) => (
          <kbd
            key={k}
            className="min-w-6 rounded border border-edge px-1.5 py-0.5 text-center font-mono text-xs"
          >
            {k}
          </kbd>
        ))}
      </dt>
      <dd className="text-ink2">{what}</dd>
    </div>
  );
}
