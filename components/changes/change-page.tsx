'use client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { dateLong, durationText } from '@/lib/client/format';
import { changeQuery } from '@/lib/client/queries/changes';
import { kindWord } from '@/lib/client/words';
import { type ChangeDetail, type ChangePlan, isProvable } from '@/lib/contracts/change';
import { Outcome } from '@/lib/contracts/verdict';
import { useMay } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { PageHead } from '../ui/page-head';
import { Loaded } from '../ui/states';
import { OutcomeTag, StateTag } from '../ui/word-tag';
import { ChangeBrief } from './change-brief';
import type { ChangeDialogMode } from './change-dialog';
import { Journal } from './journal';
import { ChangeDialog } from './lazy-change-dialog';
import { outcomeItems } from './outcome-items';

export function ChangePage({ id }: { id: number }) {
  const query = useQuery(changeQuery(id));
  return (
    <Loaded framed query={query}>
      {(change) => <Detail change={change} />}
    </Loaded>
  );
}

function Detail({ change }: { change: ChangeDetail }) {
  const [mode, setMode] = useState<ChangeDialogMode | null>(null);
  const { outcome } = change;
  return (
    <>
      <PageHead
        trail={
          <>
            <StackLink href="/changes" className="link">
              Changes
            </StackLink>{' '}
            / {change.id}
          </>
        }
        title={change.plan.title}
        sub={
          <span className="inline-flex flex-wrap items-center gap-1.5">
            <StateTag state={change.state} />
            <code className="font-mono text-xs">{change.plan.optimization}</code>
          </span>
        }
        actions={<Actions change={change} onMode={setMode} />}
      />
      {outcome?.error && (
        <p role="alert" className="mb-3 rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
          The last attempt failed: {outcome.error}
        </p>
      )}
      <div className="grid items-start gap-3 lg:grid-cols-[3fr_2fr]">
        <div className="grid min-w-0 gap-3">
          <Card title="What it does">
            <ChangeBrief plan={change.plan} target={change.target} />
          </Card>
          <Card title="Journal" note="written before each step is carried out, and after">
            <Journal lines={change.journal} />
          </Card>
        </div>
        <div className="grid min-w-0 gap-3">
          <Card title="About this change">
            <Facts
              items={[
                {
                  label: 'Target',
                  value: `${change.target} (${kindWord[change.targetKind] ?? change.targetKind})`,
                },
                {
                  label: 'Subject',
                  value: <code className="font-mono text-xs break-all">{change.plan.subject}</code>,
                },
                ...(change.findingNumber === null
                  ? []
                  : [
                      {
                        label: 'Answers',
                        value: (
                          <StackLink href={`/findings/${change.findingNumber}`} className="link">
                            finding {change.findingNumber}
                          </StackLink>
                        ),
                      },
                    ]),
                ...configFileItems(change.plan),
                { label: 'Expected to help', value: change.plan.affects.join(', ') || 'not known' },
                { label: 'Proposed', value: dateLong(change.createdAt) },
                { label: 'Updated', value: dateLong(change.updatedAt) },
                ...outcomeItems(outcome),
                ...(outcome?.rollbackMs === undefined
                  ? []
                  : [{ label: 'Rolling back took', value: durationText(outcome.rollbackMs) }]),
              ]}
            />
          </Card>
          <Card title="Trials">
            {change.trials.length === 0 ? (
              <p className="text-sm text-ink2">Not tried yet.</p>
            ) : (
              <ul className="grid gap-2 text-sm">
                {change.trials.map((t) => {
                  const verdict = Outcome.safeParse(t.verdict);
                  return (
                    <li key={t.id} className="flex items-center gap-2">
                      <StackLink href={`/trials/${t.id}`} className="link">
                        Trial {t.id}
                      </StackLink>
                      {verdict.success ? <OutcomeTag outcome={verdict.data} /> : <StateTag state={t.state} />}
                    </li>
                  );
                })}
              </ul>
            )}
          </Card>
        </div>
      </div>
      {mode && (
        <ChangeDialog changeId={change.id} mode={mode} onClose={() => setMode(null)} onMode={setMode} />
      )}
    </>
  );
}

/** Whether a restart of the server keeps the change; nothing where the question does not arise. */
function configFileItems({ configFile }: ChangePlan) {
  if (!configFile) return [];
  const value = configFile.written ? 'written with it' : 'not written: it holds until the server restarts';
  return [{ label: 'redis.conf', value }];
}

function Actions({ change, onMode }: { change: ChangeDetail; onMode: (mode: ChangeDialogMode) => void }) {
  const may = useMay('operator');
  const idle = ['proposed', 'rolled-back', 'failed'].includes(change.state);
  const tried = change.trials.some((t) => t.state === 'running' || t.state === 'queued');
  return (
    <>
      <Button onClick={() => onMode('preview')}>Preview</Button>
      {may &&
        change.state === 'applied' &&
        change.plan.configFile?.path &&
        !change.plan.configFile.written && (
          <Button disabled={tried} onClick={() => onMode('write-config')}>
            Write to redis.conf…
          </Button>
        )}
      {may && change.state === 'applied' && change.plan.reversible && (
        <Button tone="danger" disabled={tried} onClick={() => onMode('rollback')}>
          Roll back…
        </Button>
      )}
      {may && idle && (
        <>
          <Button disabled={tried} onClick={() => onMode('apply')}>
            Apply…
          </Button>
          {isProvable(change.plan) && (
            <Button tone="primary" disabled={tried} onClick={() => onMode('prove')}>
              Prove…
            </Button>
          )}
        </>
      )}
    </>
  );
}
