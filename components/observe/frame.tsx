'use client';
import { useQuery } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { ago } from '@/lib/client/format';
import { targetsQuery } from '@/lib/client/queries/targets';
import { useNow } from '@/lib/client/use-now';
import { useStack } from '@/lib/client/use-stack';
import { useUrlState } from '@/lib/client/use-url-state';
import { kindWord } from '@/lib/client/words';
import type { TargetKind, TargetView } from '@/lib/contracts/target';
import { StackLink } from '../shell/stack-link';
import { NoStack } from '../targets/no-stack';
import { TimeScope } from '../time/time-scope';
import { Card } from '../ui/card';
import { Select } from '../ui/field';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';

interface FrameProps {
  kind: TargetKind;
  title: string;
  /** Beside the title: what the whole page needs, for example the time range. */
  actions?: ReactNode;
  children: (of: { stack: string; target: TargetView }) => ReactNode;
}

/**
 * What the pages of one kind of target have in common: which target, how it is, and the time range. A target that does
 * not answer says so above what was last read of it.
 */
export function ObserveFrame({ kind, title, actions, children }: FrameProps) {
  const { stack, none } = useStack();
  const query = useQuery(targetsQuery(stack));
  const [asked, setAsked] = useUrlState('target', '');
  if (none) return <NoStack />;
  return (
    <TimeScope>
      <Loaded query={query} framed>
        {(all) => {
          const targets = all.filter((t) => t.kind === kind);
          const target = targets.find((t) => t.name === asked) ?? (asked === '' ? targets[0] : undefined);
          return (
            <>
              <PageHead
                title={title}
                sub={target && <Where target={target} targets={targets} choose={setAsked} />}
                actions={target && actions}
              />
              {target && stack ? (
                <>
                  <Trouble target={target} />
                  {children({ stack, target })}
                </>
              ) : (
                <NoTarget kind={kind} asked={asked} others={targets} />
              )}
            </>
          );
        }}
      </Loaded>
    </TimeScope>
  );
}

function Where({
  target,
  targets,
  choose,
}: {
  target: TargetView;
  targets: TargetView[];
  choose: (name: string) => void;
}) {
  return (
    <span className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      {targets.length > 1 ? (
        <Select aria-label="Target" value={target.name} onChange={(event) => choose(event.target.value)}>
          {targets.map((t) => (
            <option key={t.id} value={t.name}>
              {t.name}
            </option>
          ))}
        </Select>
      ) : (
        <span className="font-medium text-ink">{target.name}</span>
      )}
      <span className="break-all text-ink3">
        {[target.version, target.address].filter(Boolean).join(' · ')}
      </span>
    </span>
  );
}

/** Said above the page when what it shows is not of now. */
function Trouble({ target }: { target: TargetView }) {
  const now = useNow();
  if (target.status !== 'unreachable' && target.status !== 'paused') return null;
  const last = target.lastSampleAt ? ` What stands here was read ${ago(target.lastSampleAt, now)}.` : '';
  return (
    <p
      role="status"
      className="mb-3 flex items-start gap-2 rounded-[10px] bg-warn-soft px-3.5 py-2.5 text-sm text-warn-ink"
    >
      <Unplug aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 break-words">
        {target.status === 'paused'
          ? `${target.name} is paused: it is not being read.`
          : `${target.name} has not answered since ${ago(target.unreachableSince ?? now, now).replace(' ago', '')}${target.unreachableWhy ? `: ${target.unreachableWhy}` : '.'}`}
        {last}
      </span>
    </p>
  );
}

function NoTarget({ kind, asked, others }: { kind: TargetKind; asked: string; others: TargetView[] }) {
  const what = kindWord[kind] ?? kind;
  return (
    <Card>
      <Empty title={asked === '' ? `No ${what} target in this stack` : `No ${what} target named ${asked}`}>
        {others.length > 0 ? (
          <>
            There {others.length === 1 ? 'is' : 'are'} {others.map((t) => t.name).join(', ')}.
          </>
        ) : (
          <>
            Add one on the{' '}
            <StackLink href="/targets" className="link">
              targets page
            </StackLink>
            ; its figures show here seconds later.
          </>
        )}
      </Empty>
    </Card>
  );
}
