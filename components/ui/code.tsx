'use client';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { cx } from '@/lib/client/cx';

/** Exact text: statements as they are run. Scrolls inside itself, can be copied. */
export function Code({
  children,
  className,
  label,
}: {
  children: string;
  className?: string;
  label?: string;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(children);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <div className={cx('relative min-w-0', className)}>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label ?? 'Text'}
        className="max-h-96 overflow-auto rounded-lg bg-line2"
      >
        <pre className="py-2.5 pr-10 pl-3 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap">
          {children}
        </pre>
      </section>
      <button
        type="button"
        onClick={() => void copy()}
        aria-label={copied ? 'Copied' : 'Copy'}
        className="no-print absolute top-1.5 right-1.5 rounded-md border border-transparent p-1.5 text-ink3 hover:border-line hover:bg-panel hover:text-ink"
      >
        {copied ? <Check className="size-3.5" /> : <Copy className="size-3.5" />}
      </button>
    </div>
  );
}
