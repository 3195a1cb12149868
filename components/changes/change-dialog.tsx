'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import {
  applyChange,
  changeQuery,
  proveChange,
  rollBackChange,
  type TrialChoice,
} from '@/lib/client/queries/changes';
import { useStack } from '@/lib/client/use-stack';
import { type ChangeDetail, isProvable, writingConfigFile } from '@/lib/contracts/change';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Loaded } from '../ui/states';
import { useToast } from '../ui/toast';
import { ChangeBrief } from './change-brief';
import { choiceOf, defaultText, TrialSettingsForm, type TrialText } from './trial-settings';

export type ChangeDialogMode = 'preview' | 'prove' | 'apply' | 'write-config' | 'rollback';

const titles: Record<ChangeDialogMode, string> = {
  preview: 'Preview',
  prove: 'Prove this change',
  apply: 'Apply without proof',
  'write-config': 'Write it to redis.conf',
  rollback: 'Roll back this change',
};

export interface ChangeDialogProps {
  changeId: number;
  mode: ChangeDialogMode;
  onClose: () => void;
  onMode: (mode: ChangeDialogMode) => void;
}

/** Everything that can be done with a change, each with what will happen spelt out before it is pressed. */
export default function ChangeDialog({ changeId, mode, onClose, onMode }: ChangeDialogProps) {
  const may = useMay('operator');
  const query = useQuery(changeQuery(changeId));
  const [text, setText] = useState<TrialText>(defaultText);
  const [ticked, setTicked] = useState(false);
  const writeConfigFile = ticked || mode === 'write-config';
  const choice = choiceOf(text);
  const act = useAct(changeId, onClose);
  const invalid = mode === 'prove' && choice.problem !== null;
  const isReady = query.data !== undefined;
  const restart = query.data?.plan.needsRestart ?? false;
  const doIt = () => act.mutate({ mode, settings: choice.settings, writeConfigFile, restart });
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={titles[mode]}
      role={asksOnly(mode, query.data) ? 'alertdialog' : 'dialog'}
      footer={
        <>
          <Button onClick={onClose}>{mode === 'preview' ? 'Close' : 'Cancel'}</Button>
          {mode === 'preview' && may && query.data && isProvable(query.data.plan) && (
            <Button tone="primary" onClick={() => onMode('prove')}>
              Prove…
            </Button>
          )}
          {mode === 'preview' && may && query.data && !isProvable(query.data.plan) && (
            <Button onClick={() => onMode('apply')}>Apply…</Button>
          )}
          {mode === 'prove' && (
            <Button tone="primary" busy={act.isPending} disabled={!isReady || invalid} onClick={doIt}>
              Start trial
            </Button>
          )}
          {mode === 'apply' && (
            <Button tone="primary" busy={act.isPending} disabled={!isReady} onClick={doIt}>
              {restart ? 'Apply and restart the server' : 'Apply now'}
            </Button>
          )}
          {mode === 'write-config' && (
            <Button tone="primary" busy={act.isPending} disabled={!isReady} onClick={doIt}>
              Write now
            </Button>
          )}
          {mode === 'rollback' && (
            <Button tone="danger" busy={act.isPending} disabled={!isReady} onClick={doIt}>
              {restart ? 'Roll back and restart the server' : 'Roll back now'}
            </Button>
          )}
        </>
      }
    >
      <Loaded query={query}>
        {(change) => (
          <div className="grid gap-4">
            <p className="font-medium">{change.plan.title}</p>
            <Consequence mode={mode} change={change} />
            {mode === 'prove' && (
              <TrialSettingsForm text={text} onChange={setText} problem={choice.problem} />
            )}
            {mode === 'apply' && change.plan.configFile && (
              <ConfigFileChoice path={change.plan.configFile.path} ticked={ticked} onTick={setTicked} />
            )}
            <ChangeBrief
              plan={
                mode === 'apply' || mode === 'write-config'
                  ? writingConfigFile(change.plan, writeConfigFile)
                  : change.plan
              }
              target={change.target}
            />
          </div>
        )}
      </Loaded>
      {act.error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          {act.error.message}
        </p>
      )}
    </Dialog>
  );
}

/** It only asks whether to go on: nothing in it is filled in. */
const asksOnly = (mode: ChangeDialogMode, change: ChangeDetail | undefined) =>
  mode === 'rollback' || mode === 'write-config' || (mode === 'apply' && !change?.plan.configFile);

function ConfigFileChoice(props: {
  path: string | null;
  ticked: boolean;
  onTick: (ticked: boolean) => void;
}) {
  const { path, ticked, onTick } = props;
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="checkbox"
        className="mt-1"
        checked={ticked}
        disabled={path === null}
        onChange={(e) => onTick(e.target.checked)}
      />
      <span>
        Also write it to redis.conf (CONFIG REWRITE)
        <span className="block text-xs text-ink3">
          {path === null ? (
            'Not possible: this server was started without a configuration file. What is set holds until it restarts.'
          ) : (
            <>
              The server writes <code className="font-mono break-all">{path}</code> with every setting as it
              has it then, also with what others have set and not written.
            </>
          )}
        </span>
      </span>
    </label>
  );
}

function useAct(id: number, onDone: () => void) {
  const client = useQueryClient();
  const router = useRouter();
  const { href } = useStack();
  const say = useToast();
  return useMutation({
    mutationFn: async ({ mode, settings, writeConfigFile, restart }: Act) => {
      if (mode === 'prove') return { trialId: (await proveChange({ id, settings })).trialId };
      if (mode === 'apply' || mode === 'write-config') await applyChange({ id, writeConfigFile, restart });
      if (mode === 'rollback') await rollBackChange({ id, restart });
      return { trialId: null };
    },
    onSuccess: ({ trialId }, { mode }) => {
      void client.invalidateQueries();
      onDone();
      if (trialId !== null) router.push(href(`/trials/${trialId}`));
      else say(mode === 'rollback' ? 'Rolling back.' : 'Applying. The journal below shows each step.');
    },
  });
}

interface Act {
  mode: ChangeDialogMode;
  settings: TrialChoice | undefined;
  writeConfigFile: boolean;
  /** The person was told that it restarts the server, and pressed. */
  restart: boolean;
}

function Consequence({ mode, change }: { mode: ChangeDialogMode; change: ChangeDetail }) {
  if (mode === 'preview') return null;
  const text = {
    prove: (
      <>
        The worker runs this stack’s load in rounds, half of it with the change and half without, so{' '}
        {change.target} is under load the whole time and the change is switched on and off while it runs.
        Shown to be better, it stays. Otherwise it is rolled back. You can cancel at any moment: the change is
        then rolled back too.
      </>
    ),
    apply: (
      <>
        The statements below run on {change.target} now and stay. Nothing is measured, so nothing will be
        claimed about it.{' '}
        {change.plan.reversible ? 'It can be rolled back afterwards.' : 'It cannot be rolled back.'}
      </>
    ),
    'write-config': (
      <>
        The change is applied and stays as it is; {change.target} writes its configuration file, so that a
        restart keeps it. The file then has every setting as the server has it, also what others have set and
        not written. Rolling back writes it again.
      </>
    ),
    rollback: (
      <>
        The inverse below runs on {change.target} now. What was gained by this change is lost; it can be
        proved again later.
      </>
    ),
  }[mode];
  return (
    <>
      <p className="rounded-lg bg-mark-soft px-3 py-2 text-sm">{text}</p>
      {change.plan.needsRestart && (
        <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          This restarts the server of {change.target}. Every session is cut off, statements that run are
          undone, and nobody can connect until it answers again. Should it not start with these settings, it
          is started with the old ones.
        </p>
      )}
    </>
  );
}
