'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

/** Something that is read now and then: it is made when it is first opened or printed, and stays. */
export function Folded({
  summary,
  className,
  children,
}: {
  summary: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    // Paper shows what is folded; it is laid out right after this.
    const print = () => flushSync(() => setWanted(true));
    window.addEventListener('beforeprint', print);
    return () => window.removeEventListener('beforeprint', print);
  }, []);
  return (
    <details className={className} onToggle={(event) => event.currentTarget.open && setWanted(true)}>
      <summary className="text-ink2">{summary}</summary>
      {wanted && children}
    </details>
  );
}
