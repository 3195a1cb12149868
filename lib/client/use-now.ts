'use client';
import { useEffect, useState } from 'react';

/** The time, renewed every `everyMs`: for "3 min ago" and for marking figures as old. */
export function useNow(everyMs = 5_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
