import type { ReactNode } from 'react';

/** The box at the cursor. */
export function Tip({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="max-w-72 rounded-lg border border-line bg-panel px-2.5 py-2 text-xs text-ink shadow-lg">
      <p className="mb-1 font-medium">{title}</p>
      <div className="grid gap-0.5">{children}</div>
    </div>
  );
}

/** How a line of the period before is drawn. */
export const beforeDash = '1.5 2.5';

interface TipRowProps {
  color?: string;
  dash?: string;
  shape?: 'line' | 'circle' | 'square';
  label: ReactNode;
  value: ReactNode;
}
export function TipRow({ color, dash, shape = 'line', label, value }: TipRowProps) {
  return (
    <div className="flex items-center gap-2">
      {color && <Key color={color} shape={shape} {...(dash ? { dash } : {})} />}
      <span className="min-w-0 flex-1 truncate text-ink2">{label}</span>
      <span className="pl-2 font-medium whitespace-nowrap">{value}</span>
    </div>
  );
}

interface KeyProps {
  color: string;
  shape?: 'line' | 'circle' | 'square';
  dash?: string | null;
}

/** The sign of a series in a legend: as it is drawn. */
export function Key({ color, shape = 'line', dash }: KeyProps) {
  if (shape === 'circle') {
    return (
      <span
        aria-hidden="true"
        className="size-2.5 shrink-0 rounded-full border-2"
        style={{ borderColor: color }}
      />
    );
  }
  if (shape === 'square') {
    return (
      <span aria-hidden="true" className="size-2 shrink-0 rounded-[1.5px]" style={{ background: color }} />
    );
  }
  return (
    <svg aria-hidden="true" viewBox="0 0 16 4" className="h-1 w-4 shrink-0">
      <path d="M1,2h14" stroke={color} strokeWidth="2.4" {...(dash ? { strokeDasharray: dash } : {})} />
    </svg>
  );
}
