'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateLong, dateText, figureText, percent } from '@/lib/client/format';
import { findingsQuery, unmuteFinding } from '@/lib/client/queries/findings';
import { useStack } from '@/lib/client/use-stack';
import { kindWord } from '@/lib/client/words';
import type { FindingView } from '@/lib/contracts/finding';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';
import { useToast } from '../ui/toast';
import { SeverityTag, StateTag } from '../ui/word-tag';
import { MuteDialog } from './mute-dialog';
import { ProveFinding } from './prove-finding';

export function FindingPage({ number }: { number: number }) {
  const { stack } = useStack();
  const query = useQuery(findingsQuery(stack));
  return (
    <Loaded framed query={query}>
      {(all) => {
        const finding = all.find((f) => f.number === number);
        return finding ? (
          <Detail finding={finding} />
        ) : (
          <Card>
            <Empty
              title={`No finding ${number} in this stack`}
              action={
                <StackLink href="/findings" className="link">
                  All findings
                </StackLink>
              }
            />
          </Card>
        );
      }}
    </Loaded>
  );
}

function Detail({ finding }: { finding: FindingView }) {
  const evidence = finding.evidence.filter((e) => !isText(e));
  const texts = finding.evidence.filter(isText);
  return (
    <>
      <PageHead
        trail={
          <>
            <StackLink href="/findings" className="link">
              Findings
            </StackLink>{' '}
            / {finding.number}
          </>
        }
        title={finding.title}
        sub={
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <SeverityTag severity={finding.severity} />
            <StateTag state={finding.state} />
            <code className="font-mono text-xs">{finding.id}</code>
          </span>
        }
        actions={
          <>
            <MuteButton finding={finding} />
            <div id="remedy">
              <ProveFinding finding={finding} />
            </div>
          </>
        }
      />
      <div className="grid items-start gap-3 lg:grid-cols-[3fr_2fr]">
        <div className="grid gap-3">
          <Card title="What is wrong">
            <p className="max-w-[75ch] break-words whitespace-pre-line">{finding.detail}</p>
          </Card>
          <Card id="evidence" title="Evidence" note={`read last ${dateText(finding.lastSeenAt)}`}>
            {finding.evidence.length === 0 ? (
              <p className="text-sm text-ink2">This rule gives no figures.</p>
            ) : (
              <>
                {evidence.length > 0 && (
                  <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
                    {evidence.map((e) => (
                      <div key={e.label} className="min-w-0">
                        <dt className="text-xs text-ink2">{e.label}</dt>
                        <dd className="text-lg font-semibold tracking-tight break-words">
                          {typeof e.value === 'number' ? figureText(e.value, e.unit) : e.value}
                        </dd>
                      </div>
                    ))}
                  </dl>
                )}
                {texts.map((e) => (
                  <div key={`${e.label}${String(e.value)}`} className="mt-3 grid gap-1">
                    <h3 className="text-xs text-ink2">{e.label}</h3>
                    <pre className="overflow-x-auto rounded-lg bg-line2 px-3 py-2.5 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap">
                      {String(e.value)}
                    </pre>
                  </div>
                ))}
              </>
            )}
          </Card>
          <Card title="What answers it">
            {finding.related.length > 0 && (
              <ul className="grid gap-2">
                {finding.related.map((r) => (
                  <li key={r.number}>
                    The remedy of finding {r.number}:{' '}
                    <StackLink href={`/findings/${r.number}`} className="link break-words">
                      {r.title}
                    </StackLink>
                  </li>
                ))}
              </ul>
            )}
            {finding.changes.length === 0 && finding.related.length > 0 ? null : finding.changes.length ===
              0 ? (
              <p className="text-sm text-ink2">No remedy by button is known for this yet.</p>
            ) : (
              <ul className="grid gap-2">
                {finding.changes.map((c) => (
                  <li key={c.id} className="flex flex-wrap items-center gap-2">
                    <StackLink href={`/changes/${c.id}`} className="link break-words">
                      {c.title}
                    </StackLink>
                    <StateTag state={c.state} />
                  </li>
                ))}
              </ul>
            )}
          </Card>
        </div>
        <Card title="About this finding">
          <Facts
            items={[
              {
                label: 'Target',
                value: `${finding.target} (${kindWord[finding.targetKind] ?? finding.targetKind})`,
              },
              { label: 'Subject', value: <code className="font-mono text-xs">{finding.subject}</code> },
              ...(finding.weight > 0
                ? [{ label: 'Share', value: `${percent(finding.weight)} % of the total` }]
                : []),
              { label: 'First seen', value: dateLong(finding.firstSeenAt) },
              { label: 'Last seen', value: dateLong(finding.lastSeenAt) },
              ...(finding.state === 'muted'
                ? [
                    { label: 'Muted by', value: finding.mutedBy ?? 'unknown' },
                    { label: 'Why', value: finding.mutedWhy ?? 'no reason given' },
                    {
                      label: 'Until',
                      value: finding.mutedUntil ? dateLong(finding.mutedUntil) : 'it is unmuted',
                    },
                  ]
                : []),
            ]}
          />
          {finding.thresholds.length > 0 && (
            <div className="mt-3 border-t border-line2 pt-3">
              <h3 className="text-xs text-ink2">Judged by</h3>
              <ul className="mt-1 grid gap-1 text-sm">
                {finding.thresholds.map((t) => (
                  <li key={t.name} className="break-words">
                    {t.name}: <b className="font-medium">{figureText(t.value, t.unit)}</b>{' '}
                    <span className="text-ink3">({t.source})</span>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </Card>
      </div>
    </>
  );
}

/** A statement or plan needs lines of its own; a word or a figure does not. */
const isText = (e: { value: string | number }) => typeof e.value === 'string' && e.value.length > 40;

function MuteButton({ finding }: { finding: FindingView }) {
  const may = useMay('operator');
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const say = useToast();
  const unmute = useMutation({
    mutationFn: unmuteFinding,
    onSuccess: () => client.invalidateQueries(),
    onError: (error) => say(error.message, true),
  });
  if (!may || finding.state === 'resolved') return null;
  if (finding.state === 'muted') {
    return (
      <Button busy={unmute.isPending} onClick={() => unmute.mutate({ number: finding.number })}>
        Unmute
      </Button>
    );
  }
  return (
    <>
      <Button onClick={() => setOpen(true)}>Mute…</Button>
      <MuteDialog finding={finding} open={open} onClose={() => setOpen(false)} />
    </>
  );
}
