'use client';
import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react';

interface Note {
  id: number;
  text: string;
  bad: boolean;
}
type Say = (text: string, bad?: boolean) => void;

const ToastContext = createContext<Say>(() => {});

/** Says in passing what was done; what failed stays until it is closed. */
export const useToast = (): Say => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [notes, setNotes] = useState<Note[]>([]);
  const lastId = useRef(0);
  const drop = useCallback((id: number) => setNotes((list) => list.filter((n) => n.id !== id)), []);
  const say = useCallback<Say>(
    (text, bad = false) => {
      const id = ++lastId.current;
      setNotes((list) => [...list.slice(-2), { id, text, bad }]);
      if (!bad) setTimeout(() => drop(id), 5_000);
    },
    [drop],
  );
  const value = useMemo(() => say, [say]);
  return (
    <ToastContext.Provider value={value}>
      {children}
      <div
        aria-live="polite"
        className="pointer-events-none fixed right-3 bottom-20 z-50 grid w-[min(24rem,calc(100vw-1.5rem))] gap-2 md:bottom-4"
      >
        {notes.map((note) => (
          <div
            key={note.id}
            className="pointer-events-auto flex items-start gap-2.5 rounded-lg border border-line bg-panel px-3 py-2.5 text-sm shadow-lg"
          >
            {note.bad ? (
              <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
            ) : (
              <CircleCheck aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-after" />
            )}
            <p className="min-w-0 flex-1 break-words">{note.text}</p>
            <button
              type="button"
              aria-label="Dismiss"
              onClick={() => drop(note.id)}
              className="rounded p-0.5 text-ink3"
            >
              <X aria-hidden="true" className="size-3.5" />
            </button>
          </div>
        ))}
      </div>
    </ToastContext.Provider>
  );
}
