'use client';
import { useEffect, useRef, useState } from 'react';

/**
 * Width of an element as it is laid out, and whether it is near the visible part of the page. A chart is drawn only
 * when it is (and stays drawn after that): many charts on a wall screen cost nothing until they are scrolled to.
 */
export function useBox<T extends HTMLElement>() {
  const ref = useRef<T>(null);
  const [width, setWidth] = useState(0);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const resize = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.floor(entry.contentRect.width));
    });
    resize.observe(element);
    const view = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) {
          setSeen(true);
          view.disconnect();
        }
      },
      { rootMargin: '300px' },
    );
    view.observe(element);
    // A printed page has no scroll position.
    const print = () => setSeen(true);
    window.addEventListener('beforeprint', print);
    return () => {
      resize.disconnect();
      view.disconnect();
      window.removeEventListener('beforeprint', print);
    };
  }, []);
  return { ref, width, seen };
}
