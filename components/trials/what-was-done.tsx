import { count, dateLong, durationText, percent, plural } from '@/lib/client/format';
import type { TrialDetail } from '@/lib/contracts/trial';
import { statementsOf } from '../changes/change-brief';
import { outcomeItems } from '../changes/outcome-items';
import { Card } from '../ui/card';
import { Code } from '../ui/code';
import { Facts } from '../ui/facts';

export function WhatWasDone({ trial }: { trial: TrialDetail }) {
  const done = outcomeItems(trial.outcomeFacts);
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <Card title={trial.kind === 'aa' ? 'What was changed' : 'What was changed, and its undo'}>
        {trial.statements.length === 0 ? (
          <p className="text-sm text-ink2">
            {trial.kind === 'aa'
              ? 'Nothing: both arms are the same, which is the point of an A/A trial.'
              : 'The statements are not on record any more.'}
          </p>
        ) : (
          <div className="grid gap-3">
            <Code label="Statements">
              {statementsOf(trial.statements.map((statement) => ({ statement })))}
            </Code>
            {trial.inverse.length > 0 && (
              <div className="grid gap-1">
                <h3 className="text-xs font-medium text-ink2">Undo</h3>
                <Code label="Inverse statements">
                  {statementsOf(trial.inverse.map((statement) => ({ statement })))}
                </Code>
              </div>
            )}
            {done.length > 0 && <Facts items={done} />}
          </div>
        )}
      </Card>
      <Card
        title={
          trial.state === 'running' || trial.state === 'queued' ? 'How it is measured' : 'How it was measured'
        }
      >
        <Facts items={method(trial)} />
      </Card>
    </div>
  );
}

function method(trial: TrialDetail) {
  const { design, verdict, noise } = trial;
  const { settings } = design;
  const orders = design.orders.slice(0, 6).join(' ');
  const voidWhy = [...new Set(trial.segments.flatMap((s) => (s.void === null ? [] : [s.void])))];
  const settledRounds = verdict ? verdict.rounds + verdict.voidRounds : 0;
  return [
    {
      label: 'Order',
      value:
        design.orders.length === 0 && trial.state === 'queued' ? (
          'tossed when the trial starts'
        ) : design.interleaved ? (
          <>
            <span className="font-mono text-xs">
              {orders}
              {design.orders.length > 6 && ' …'}
            </span>{' '}
            <span className="text-ink3">A before, B after; by coin toss, seed {settings.seed}</span>
          </>
        ) : (
          `before-rounds, then after-rounds, against ${plural(design.control.length, 'control')}: ${design.control.join(', ')}`
        ),
    },
    {
      label: 'Load',
      value:
        design.workload.probes.length === 0
          ? `${plural(settings.clients, 'client')} at a time; what they send is worked out when the trial starts`
          : `${plural(design.workload.probes.length, 'probe')}, ${plural(settings.clients, 'client')} at a time, workload seed ${design.workload.seed}`,
    },
    ...(design.switching
      ? [
          {
            label: 'Switching',
            value: `on ${durationText(design.switching.applyMs)}, off ${durationText(design.switching.rollbackMs)}, measured; segments of ${durationText(design.switching.segmentMs)} follow from it`,
          },
        ]
      : []),
    {
      label: 'Segments',
      value: `${settings.segmentSeconds} s each, prolonged up to ${settings.maxStretch}× until the goal has ${count(settings.minRequests)} requests`,
    },
    {
      label: 'Rounds',
      value: verdict ? `${verdict.rounds} count, of ${settledRounds}` : `${settings.rounds} planned`,
    },
    {
      label: 'Void rounds',
      value:
        verdict === null
          ? 'not known yet'
          : verdict.voidRounds === 0
            ? 'none'
            : `${verdict.voidRounds}: ${voidWhy.join('; ')}`,
    },
    { label: 'Margin', value: `±${percent(settings.margin)}%, set before the first round` },
    {
      label: 'Noise',
      value: noise
        ? `±${percent(noise.halfWidth)}%, from A/A trial ${noise.trialId}${noise.rejected ? ', which rejected' : ''}`
        : 'not measured',
    },
    { label: 'Started by', value: `${trial.createdBy}, ${dateLong(trial.createdAt)}` },
    ...(trial.finishedAt ? [{ label: 'Ended', value: dateLong(trial.finishedAt) }] : []),
  ];
}
