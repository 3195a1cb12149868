import type { ReactNode } from 'react';
import { Mark } from './brand';

/** A page without the shell: sign-in, not found, a failure. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center px-5 py-10">
      <p className="mb-6 flex items-center gap-2 font-semibold tracking-tight">
        <Mark className="size-6" /> Ratchet
      </p>
      <h1 className="mb-2 text-[1.3125rem] font-semibold tracking-[-0.015em]">{title}</h1>
      {children}
    </main>
  );
}
