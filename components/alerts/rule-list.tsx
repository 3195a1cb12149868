'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dateText } from '@/lib/client/format';
import { alertRulesQuery, deleteRule, muteRule, notifiersQuery } from '@/lib/client/queries/alerts';
import { useNow } from '@/lib/client/use-now';
import type { AlertRuleView } from '@/lib/contracts/alert';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { useToast } from '../ui/toast';
import { SeverityTag } from '../ui/word-tag';
import { subjectText, valueText } from './alert-words';
import { Mute } from './mute';
import { RuleDialog } from './rule-dialog';
import { emptyRule, formOf } from './rule-form';

export function RuleList() {
  const query = useQuery(alertRulesQuery());
  const may = useMay('operator');
  const [edited, setEdited] = useState<AlertRuleView | 'new' | null>(null);
  return (
    <Card
      title="Rules"
      note={
        may && (
          <Button small tone="primary" onClick={() => setEdited('new')}>
            Add a rule…
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty title="No rule">Nothing is judged until there is one.</Empty>
          ) : (
            <ul>
              {rules.map((rule) => (
                <Row key={rule.id} rule={rule} onEdit={() => setEdited(rule)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {edited !== null && (
        <RuleDialog
          id={edited === 'new' ? null : edited.id}
          initial={edited === 'new' ? emptyRule : formOf(edited)}
          stack={edited === 'new' ? null : edited.stack}
          onClose={() => setEdited(null)}
        />
      )}
    </Card>
  );
}

function Row({ rule, onEdit }: { rule: AlertRuleView; onEdit: () => void }) {
  const may = useMay('operator');
  const client = useQueryClient();
  const say = useToast();
  const now = useNow();
  const notifiers = useQuery(notifiersQuery());
  const [asking, setAsking] = useState<'mute' | 'delete' | null>(null);
  const renew = () => client.invalidateQueries({ queryKey: ['alert-rules'] });
  const unmute = useMutation({
    mutationFn: muteRule,
    onSuccess: renew,
    onError: (error: Error) => say(error.message, true),
  });
  const muted = rule.mutedUntil !== null && new Date(rule.mutedUntil).getTime() > now;
  const told = (notifiers.data ?? []).filter((n) => rule.notifierIds.includes(n.id)).map((n) => n.name);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 border-t border-line2 py-2 text-sm first:border-t-0">
      <span className="min-w-0">
        <span className="font-medium break-words">{rule.name}</span> <SeverityTag severity={rule.severity} />{' '}
        {!rule.enabled && <Tag tone="neutral">off</Tag>}{' '}
        {muted && <Tag tone="warn">muted until {dateText(rule.mutedUntil ?? '')}</Tag>}
        <span className="mt-0.5 block text-xs break-words text-ink2">
          {subjectText(rule)} {rule.comparison} {valueText(rule, rule.threshold)} for {rule.holdSeconds} s
          {rule.recover !== null && `, recovered at ${valueText(rule, rule.recover)}`} ·{' '}
          {rule.target ?? 'all targets that have it'} ·{' '}
          {told.length === 0 ? 'tells nobody' : `tells ${told.join(', ')}`}
        </span>
      </span>
      {may && (
        <span className="flex flex-wrap gap-1.5">
          <Button small onClick={onEdit}>
            Edit…<span className="sr-only"> {rule.name}</span>
          </Button>
          {muted ? (
            <Button small busy={unmute.isPending} onClick={() => unmute.mutate({ id: rule.id, until: null })}>
              Unmute<span className="sr-only"> {rule.name}</span>
            </Button>
          ) : (
            <Button small tone="quiet" onClick={() => setAsking('mute')}>
              Mute…<span className="sr-only"> {rule.name}</span>
            </Button>
          )}
          <Button small tone="danger" onClick={() => setAsking('delete')}>
            Delete…<span className="sr-only"> {rule.name}</span>
          </Button>
        </span>
      )}
      <Mute
        name={asking === 'mute' ? rule.name : null}
        onClose={() => setAsking(null)}
        onMute={async (until) => {
          await muteRule({ id: rule.id, until });
          await renew();
        }}
      />
      <Confirm
        open={asking === 'delete'}
        onClose={() => setAsking(null)}
        title={`Delete ${rule.name}`}
        action="Delete"
        tone="danger"
        onConfirm={async () => {
          await deleteRule({ id: rule.id });
          await renew();
        }}
      >
        <p>The rule, the states of its alerts and their history are gone. To stop it for a while, mute it.</p>
      </Confirm>
    </li>
  );
}
