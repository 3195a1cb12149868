import { plural } from '@/lib/client/format';
import type { FindingLink } from '@/lib/contracts/observe';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { SeverityTag } from '../ui/word-tag';

const most = 5;

/** The open findings on a target, above its figures; nothing where there are none. */
export function FindingsNote({ findings, target }: { findings: readonly FindingLink[]; target: string }) {
  if (findings.length === 0) return null;
  return (
    <Card title={plural(findings.length, 'open finding')} className="mb-3">
      <ul className="grid gap-1 text-sm">
        {findings.slice(0, most).map((f) => (
          <li key={f.number} className="flex items-baseline gap-2">
            <SeverityTag severity={f.severity} />
            <StackLink href={`/findings/${f.number}`} className="min-w-0 break-words hover:underline">
              {f.title}
            </StackLink>
          </li>
        ))}
      </ul>
      {findings.length > most && (
        <p className="pt-1.5 text-sm">
          <StackLink href={`/findings?target=${encodeURIComponent(target)}`} className="link">
            All of them
          </StackLink>
        </p>
      )}
    </Card>
  );
}
