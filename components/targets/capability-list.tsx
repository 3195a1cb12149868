import { CircleCheck, CircleX } from 'lucide-react';
import type { Capabilities } from '@/lib/contracts/target';
import { Code } from '../ui/code';

/** What a target can do, and how to enable what it cannot. */
export function CapabilityList({ capabilities }: { capabilities: Capabilities }) {
  return (
    <section aria-label="Test result" className="rounded-lg border border-line px-3 py-2.5">
      <p role="status" className="mb-1.5 text-sm font-medium">
        It answers: {capabilities.version}
      </p>
      <ul className="grid gap-2">
        {capabilities.checks.map((check) => (
          <li key={check.name} className="grid grid-cols-[auto_1fr] gap-2 text-sm">
            {check.ok ? (
              <CircleCheck aria-label="yes" className="mt-0.5 size-4 text-after" />
            ) : (
              <CircleX aria-label="no" className="mt-0.5 size-4 text-bad" />
            )}
            <div className="min-w-0">
              <span className="font-medium">{check.name}</span>{' '}
              <span className="break-words text-ink2">{check.detail}</span>
              {check.enable && !check.ok && <Code className="mt-1">{check.enable}</Code>}
            </div>
          </li>
        ))}
      </ul>
      {capabilities.setup !== undefined && (
        <details className="mt-3 border-t border-line2 pt-2.5">
          <summary className="cursor-pointer text-sm font-medium">Roles with the least privileges</summary>
          <p className="my-1.5 text-xs text-ink2">
            Makes one role that only reads, and one for changes. Give their URLs above.
          </p>
          <Code label="Set-up script">{capabilities.setup}</Code>
        </details>
      )}
    </section>
  );
}
