'use client';
import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';
import { keepTour, type TourState } from '@/lib/client/tour';

/** Most visits are no tour: its panel comes with a code of its own, when it is wanted. */
const TourPanel = lazy(() => import('./tour-panel'));

const Tour = createContext<{ state: TourState; go: (state: TourState) => void }>({
  state: 'off',
  go: () => {},
});

/** The tour's state and its panel; `start` is what the cookie said when the page was asked for. */
export function TourProvider({ start, children }: { start: TourState; children: ReactNode }) {
  const [state, setState] = useState(start);
  const value = useMemo(() => {
    const go = (to: TourState) => {
      setState(to);
      keepTour(to);
    };
    return { state, go };
  }, [state]);
  return (
    <Tour value={value}>
      {children}
      {typeof state === 'number' && (
        <Suspense fallback={null}>
          <TourPanel step={state} go={value.go} />
        </Suspense>
      )}
    </Tour>
  );
}

export const useTour = () => useContext(Tour);
