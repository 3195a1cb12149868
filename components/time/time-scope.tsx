'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import {
  type PresetValue,
  parseTimeRange,
  presets,
  rangeQuery,
  span,
  type TimeRange,
} from '@/lib/client/time-range';
import { useNow } from '@/lib/client/use-now';

interface TimeScopeValue extends TimeRange {
  /** The window all charts of the page draw now, ms. */
  from: number;
  to: number;
  live: boolean;
  choose: (preset: PresetValue) => void;
  /** Sets a window that stands still; one that cannot be shown is left aside. */
  zoom: (from: number, to: number) => void;
  pause: () => void;
  /** Back to the window that ends now. */
  goLive: () => void;
  /** Draws the period before too, or not. */
  setCompare: (compare: boolean) => void;
  /** Steps of every chart, where the page and not the width says how many. */
  points?: number;
}

const Context = createContext<TimeScopeValue | null>(null);

/** One time range for all charts inside it, read from and written to the address. */
export function TimeScope({ children }: { children: ReactNode }) {
  const query = useSearchParams();
  const path = usePathname();
  const now = useNow();
  const [openedAt] = useState(() => Date.now());
  const range = useMemo(() => parseTimeRange(query), [query]);
  const set = useCallback(
    (next: TimeRange) => {
      const params = new URLSearchParams(window.location.search);
      for (const [key, value] of Object.entries(rangeQuery(next))) {
        if (value === null) params.delete(key);
        else params.set(key, value);
      }
      const text = params.toString();
      // A step of its own in the history: "back" undoes a zoom.
      window.history.pushState(null, '', text === '' ? path : `${path}?${text}`);
    },
    [path],
  );
  const value = useMemo<TimeScopeValue>(() => {
    const end = range.paused ? openedAt : now;
    const { from, to } = range.fixed ?? { from: end - range.preset.ms, to: end };
    return {
      ...range,
      from,
      to,
      live: range.fixed === null && !range.paused,
      choose: (preset) => {
        const found = presets.find((p) => p.value === preset);
        if (found) set({ ...range, preset: found, fixed: null, paused: false });
      },
      zoom: (a, b) => {
        const fixed = span(Math.min(a, b), Math.max(a, b));
        if (fixed) set({ ...range, fixed, paused: false });
      },
      pause: () => set({ ...range, fixed: span(from, to), paused: false }),
      goLive: () => set({ ...range, fixed: null, paused: false }),
      setCompare: (compare) => set({ ...range, compare }),
    };
  }, [range, now, openedAt, set]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** One window for all charts inside it that stands still and is read once, in so many steps. */
export function FixedScope({
  from,
  to,
  points,
  onZoom,
  children,
}: {
  from: number;
  to: number;
  points: number;
  onZoom: (from: number, to: number) => void;
  children: ReactNode;
}) {
  const value = useMemo<TimeScopeValue>(() => {
    const nothing = () => undefined;
    return {
      preset: presets[presets.length - 1] ?? presets[0],
      fixed: { from, to },
      paused: false,
      compare: false,
      from,
      to,
      live: false,
      choose: nothing,
      zoom: onZoom,
      pause: nothing,
      goLive: nothing,
      setCompare: nothing,
      points,
    };
  }, [from, to, points, onZoom]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** The time range of the page. @throws outside of a TimeScope */
export function useTimeScope(): TimeScopeValue {
  const value = useContext(Context);
  if (!value) throw new Error('a chart with a time axis needs a TimeScope around it');
  return value;
}
