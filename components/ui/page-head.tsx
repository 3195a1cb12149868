import type { ReactNode } from 'react';

interface PageHeadProps {
  title: ReactNode;
  /** Where this is: "Trials / 42". */
  trail?: ReactNode;
  sub?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, trail, sub, actions }: PageHeadProps) {
  return (
    <div className="mb-4 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        {trail && <p className="text-sm text-ink2">{trail}</p>}
        <h1 className="text-[1.3125rem] leading-snug font-semibold tracking-[-0.015em] text-balance break-words">
          {title}
        </h1>
        {sub && <div className="mt-0.5 max-w-[90ch] text-ink2">{sub}</div>}
      </div>
      {actions && <div className="no-print flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}
