import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { cx } from '@/lib/client/cx';
import { Spinner } from './spinner';

type Tone = 'plain' | 'primary' | 'danger' | 'quiet';

/** Height 32 px; 40 px on touch screens, so that a finger finds it (WCAG 2.5.8). */
const base =
  'inline-flex items-center justify-center gap-1.5 rounded-lg border font-medium whitespace-nowrap select-none ' +
  'transition-colors disabled:cursor-not-allowed disabled:opacity-55 pointer-coarse:min-h-10';
const tones: Record<Tone, string> = {
  plain: 'border-line bg-panel text-ink hover:bg-line2',
  primary: 'border-ink bg-ink text-bg hover:opacity-88',
  danger: 'border-bad-ink bg-panel text-bad-ink hover:bg-bad-soft',
  quiet: 'border-transparent bg-transparent text-ink2 hover:bg-line2 hover:text-ink',
};

export function buttonClass(tone: Tone = 'plain', small = false, extra?: string): string {
  return cx(base, tones[tone], small ? 'min-h-7 px-2.5 text-xs' : 'min-h-8 px-3 text-sm', extra);
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone;
  small?: boolean;
  /** Shows that the request is under way; the button cannot be pressed twice. */
  busy?: boolean;
  children: ReactNode;
}

export function Button({ tone, small, busy = false, className, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={buttonClass(tone, small, className)}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}
