'use client';
import { useId } from 'react';
import { cx } from '@/lib/client/cx';

interface SegmentedProps<T extends string> {
  label: string;
  options: readonly { value: T; label: string }[];
  /** Null: none of them. */
  value: T | null;
  onChange: (value: T) => void;
}

/** A few choices side by side; radio buttons underneath, so arrows and screen readers work. */
export function Segmented<T extends string>({ label, options, value, onChange }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="inline-flex max-w-full flex-wrap rounded-lg border border-line bg-line2 p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(
            'cursor-pointer rounded-md px-2.5 py-1 text-xs font-medium whitespace-nowrap has-focus-visible:outline-2 has-focus-visible:outline-mark pointer-coarse:py-2',
            option.value === value ? 'bg-panel text-ink shadow-xs' : 'text-ink2 hover:text-ink',
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
