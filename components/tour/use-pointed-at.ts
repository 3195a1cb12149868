import { useEffect } from 'react';

/** How long to wait for an element that comes with its data, milliseconds. */
const patience = 15_000;

/** Outlines the element of this id and brings it into view, as soon as it is there; null: none. */
export function usePointedAt(id: string | null): void {
  useEffect(() => {
    if (id === null) return;
    let pointed: HTMLElement | null = null;
    const point = () => {
      pointed = document.getElementById(id);
      if (!pointed) return;
      watching.disconnect();
      pointed.dataset.pointed = '';
      const quiet = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
      pointed.scrollIntoView({ block: 'nearest', behavior: quiet ? 'auto' : 'smooth' });
    };
    const watching = new MutationObserver(point);
    watching.observe(document.body, { childList: true, subtree: true });
    const end = setTimeout(() => watching.disconnect(), patience);
    point();
    return () => {
      clearTimeout(end);
      watching.disconnect();
      if (pointed) delete pointed.dataset.pointed;
    };
  }, [id]);
}
