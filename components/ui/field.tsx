'use client';
import { type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, useId } from 'react';
import { cx } from '@/lib/client/cx';

/** One look for everything that is typed or chosen. 16 px text on touch screens: smaller makes phones zoom in. */
export const controlClass =
  'h-8 rounded-lg border border-edge bg-panel px-2.5 text-sm text-ink placeholder:text-ink3 ' +
  'pointer-coarse:h-10 pointer-coarse:text-[16px] aria-invalid:border-bad disabled:opacity-60';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
  children: (props: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}

/** A label, its control, what to put there, and what was wrong with it, tied together. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({
        id,
        ...(note ? { 'aria-describedby': noteId } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {note && (
        <p id={noteId} className={cx('text-xs', error ? 'text-bad-ink' : 'text-ink3')}>
          {note}
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, ...props }: InputHTMLAttributes<HTMLInputElement>) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      {...props}
      className={cx(controlClass, 'w-full', className)}
    />
  );
}

export function Select({ className, children, ...props }: SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <select {...props} className={cx(controlClass, 'max-w-full cursor-pointer pr-1', className)}>
      {children}
    </select>
  );
}
