import type { FindingView } from '@/lib/contracts/finding';
import { FindingRow } from '../findings/finding-row';
import { StackLink } from '../shell/stack-link';
import { Card } from '../ui/card';
import { Empty } from '../ui/states';

const most = 4;

/** What slows the stack: the open findings, worst first. */
export function Slows({ findings, waiting }: { findings: FindingView[]; waiting: boolean }) {
  return (
    <Card title="What slows it" note="open findings, worst first">
      {findings.length === 0 ? (
        <Empty title={waiting ? 'Nothing has been diagnosed yet' : 'No open finding'}>
          {waiting
            ? 'The first diagnosis follows the first heavy reads, about a minute after a target answers.'
            : 'No rule found a problem when this stack was last diagnosed.'}
        </Empty>
      ) : (
        <>
          <ul>
            {findings.slice(0, most).map((f) => (
              <FindingRow key={f.number} finding={f} />
            ))}
          </ul>
          {findings.length > most && (
            <p className="border-t border-line2 pt-2.5 text-sm">
              <StackLink href="/findings" className="link">
                All {findings.length} findings
              </StackLink>
            </p>
          )}
        </>
      )}
    </Card>
  );
}
