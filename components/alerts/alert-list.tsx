'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ago, dateText, plural } from '@/lib/client/format';
import { acknowledgeAlert, alertsQuery, muteAlert } from '@/lib/client/queries/alerts';
import { useNow } from '@/lib/client/use-now';
import { useStack } from '@/lib/client/use-stack';
import { alertWord } from '@/lib/client/words';
import type { AlertView } from '@/lib/contracts/alert';
import { useMay } from '../shell/me';
import { NoStack } from '../targets/no-stack';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { useToast } from '../ui/toast';
import { SeverityTag } from '../ui/word-tag';
import { subjectText, valueText } from './alert-words';
import { Mute } from './mute';

/** What is firing, and the state of every other series that a rule looks at. */
export function AlertList() {
  const { stack, none } = useStack();
  const query = useQuery(alertsQuery(stack));
  if (none) return <NoStack />;
  return (
    <Loaded query={query} framed>
      {({ alerts }) => {
        const loud = alerts.filter((a) => a.state !== 'ok' && a.state !== 'resolved');
        const quiet = alerts.filter((a) => a.state === 'ok' || a.state === 'resolved');
        return (
          <div className="grid gap-3">
            <Card title="Needs a look" note={plural(loud.length, 'alert')}>
              {loud.length === 0 ? (
                <Empty title="Nothing is firing">
                  {alerts.length === 0
                    ? 'The rules have seen no value of this stack yet. The first follow the first samples.'
                    : `${plural(quiet.length, 'series', 'series')} within bounds.`}
                </Empty>
              ) : (
                <ul>
                  {loud.map((a) => (
                    <Row key={a.id} alert={a} />
                  ))}
                </ul>
              )}
            </Card>
            {quiet.length > 0 && (
              <Card title="Within bounds" note={plural(quiet.length, 'series', 'series')}>
                <ul>
                  {quiet.map((a) => (
                    <Row key={a.id} alert={a} />
                  ))}
                </ul>
              </Card>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}

function Row({ alert }: { alert: AlertView }) {
  const may = useMay('operator');
  const client = useQueryClient();
  const say = useToast();
  const now = useNow();
  const [muting, setMuting] = useState(false);
  const onSuccess = () => client.invalidateQueries({ queryKey: ['alerts'] });
  const onError = (error: Error) => say(error.message, true);
  const acknowledge = useMutation({ mutationFn: acknowledgeAlert, onSuccess, onError });
  const unmute = useMutation({ mutationFn: muteAlert, onSuccess, onError });
  const word = alertWord[alert.state];
  const loud = alert.state === 'firing' || alert.state === 'no-data';
  const muted = alert.mutedUntil !== null && new Date(alert.mutedUntil).getTime() > now;
  const name = `${alert.rule}, ${alert.target}${alert.label === '' ? '' : ` ${alert.label}`}`;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm first:border-t-0 first:pt-0">
      <span className="min-w-0">
        <Tag tone={word.tone}>{word.text}</Tag> {loud && <SeverityTag severity={alert.severity} />}{' '}
        <span className="font-medium break-words">{alert.rule}</span>
        <span className="mt-0.5 block text-xs break-words text-ink2">
          {alert.target}
          {alert.label !== '' && <span className="font-mono"> {alert.label}</span>} · {subjectText(alert)}{' '}
          <span className="tnum font-medium">{valueText(alert, alert.value)}</span> (fires {alert.comparison}{' '}
          {valueText(alert, alert.threshold)}) · {word.text} since {ago(alert.since, now)}
          {alert.ackBy !== null && ` · ${alert.ackBy} looks after it`}
          {muted && ` · muted until ${dateText(alert.mutedUntil ?? '')}`}
        </span>
      </span>
      {may && (
        <span className="flex gap-1.5">
          {loud && alert.ackBy === null && (
            <Button small busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ id: alert.id })}>
              Acknowledge<span className="sr-only"> {name}</span>
            </Button>
          )}
          {muted ? (
            <Button
              small
              busy={unmute.isPending}
              onClick={() => unmute.mutate({ id: alert.id, until: null })}
            >
              Unmute<span className="sr-only"> {name}</span>
            </Button>
          ) : (
            <Button small tone="quiet" onClick={() => setMuting(true)}>
              Mute…<span className="sr-only"> {name}</span>
            </Button>
          )}
        </span>
      )}
      <Mute
        name={muting ? name : null}
        onClose={() => setMuting(false)}
        onMute={async (until) => {
          await muteAlert({ id: alert.id, until });
          await onSuccess();
        }}
      />
    </li>
  );
}
