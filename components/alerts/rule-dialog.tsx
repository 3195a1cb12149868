'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '@/lib/client/fetch';
import { notifiersQuery, saveRule, tryRule } from '@/lib/client/queries/alerts';
import { targetsQuery } from '@/lib/client/queries/targets';
import { useStack } from '@/lib/client/use-stack';
import type { AlertRuleInput } from '@/lib/contracts/alert';
import { severities } from '@/lib/contracts/finding';
import { metricNames, metrics } from '@/lib/contracts/metrics';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Select, TextInput } from '../ui/field';
import { useToast } from '../ui/toast';
import { ReplayResult } from './replay-result';
import { type RuleForm, ruleOf, typedUnit } from './rule-form';

interface RuleDialogProps {
  /** Null for a new one. */
  id: number | null;
  initial: RuleForm;
  /** The stack the rule is kept to; null for all. */
  stack: string | null;
  onClose: () => void;
}

/** Edits a rule. It can be tried on the history before it is saved. */
export function RuleDialog({ id, initial, stack, onClose }: RuleDialogProps) {
  const [form, setForm] = useState(initial);
  const client = useQueryClient();
  const say = useToast();
  const { stack: chosen } = useStack();
  const targets = useQuery(targetsQuery(chosen));
  const notifiers = useQuery(notifiersQuery());
  const trying = useMutation({ mutationFn: tryRule });
  const save = useMutation({
    mutationFn: (rule: AlertRuleInput) => saveRule({ id, rule }),
    onSuccess: async (_, rule) => {
      await client.invalidateQueries({ queryKey: ['alert-rules'] });
      await client.invalidateQueries({ queryKey: ['alerts'] });
      say(`${rule.name} is saved.`);
      onClose();
    },
  });
  const set = (patch: Partial<RuleForm>) => {
    setForm((f) => ({ ...f, ...patch }));
    trying.reset();
    save.reset();
  };
  const [asked, setAsked] = useState(false);
  const read = ruleOf(form, stack);
  const refused = save.error ?? trying.error;
  const wrong = (field: string): string | null => {
    if (refused instanceof ApiError && refused.field === field) return refused.message;
    return asked && 'field' in read && read.field === field ? read.message : null;
  };
  const send = (mutate: (rule: AlertRuleInput) => void) => {
    setAsked(true);
    if ('rule' in read) mutate(read.rule);
  };
  const unit = typedUnit(form);
  const names = [...new Set((targets.data ?? []).map((t) => t.name))].sort();
  const text = (
    key: 'name' | 'threshold' | 'recover' | 'holdSeconds' | 'noDataMinutes',
    label: string,
    hint: string,
  ) => (
    <Field label={label} hint={hint} error={wrong(key === 'noDataMinutes' ? 'noDataSeconds' : key)}>
      {(p) => (
        <TextInput
          {...p}
          value={form[key]}
          maxLength={80}
          inputMode={key === 'name' ? 'text' : 'decimal'}
          onChange={(e) => set({ [key]: e.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={id === null ? 'Add an alert rule' : `Edit ${initial.name}`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button busy={trying.isPending} onClick={() => send(trying.mutate)}>
            Try on the last 7 days
          </Button>
          <Button tone="primary" busy={save.isPending} onClick={() => send(save.mutate)}>
            Save
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <div className="grid gap-3 sm:grid-cols-[1fr_auto]">
          {text('name', 'Name', 'how it is shown and sent')}
          <Field label="Severity">
            {(p) => (
              <Select {...p} value={form.severity} onChange={(e) => set({ severity: e.target.value })}>
                {severities.map((s) => (
                  <option key={s}>{s}</option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Metric">
            {(p) => (
              <Select
                {...p}
                value={form.metric}
                onChange={(e) =>
                  set({ metric: metricNames.find((m) => m === e.target.value) ?? form.metric, per: '' })
                }
              >
                {metricNames.map((m) => (
                  <option key={m} value={m}>
                    {m}: {metrics[m].title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Divided by (optional)" hint="for a share, as memory of its limit">
            {(p) => (
              <Select {...p} value={form.per} onChange={(e) => set({ per: e.target.value })}>
                <option value="">nothing</option>
                {metricNames
                  .filter((m) => m !== form.metric && m.split('.')[0] === form.metric.split('.')[0])
                  .map((m) => (
                    <option key={m} value={m}>
                      {m}: {metrics[m].title}
                    </option>
                  ))}
              </Select>
            )}
          </Field>
        </div>
        <div className="grid gap-3 sm:grid-cols-3">
          <Field label="Fires when it is">
            {(p) => (
              <Select {...p} value={form.comparison} onChange={(e) => set({ comparison: e.target.value })}>
                <option value="above">above the threshold</option>
                <option value="below">below the threshold</option>
              </Select>
            )}
          </Field>
          {text('threshold', `Threshold${unit === '' ? '' : `, ${unit}`}`, 'beyond this it is too much')}
          {text('recover', `Recovered at${unit === '' ? '' : `, ${unit}`}`, 'the threshold when left empty')}
        </div>
        <div className="grid gap-3 sm:grid-cols-3">
          {text('holdSeconds', 'Must hold for, s', '0 fires at once')}
          {text('noDataMinutes', 'No data after, min', 'never when left empty')}
          <Field label="Target" error={wrong('target')}>
            {(p) => (
              <Select {...p} value={form.target} onChange={(e) => set({ target: e.target.value })}>
                <option value="">all that have it</option>
                {names.map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
        </div>
        <fieldset className="grid gap-1.5">
          <legend className="mb-1 text-sm font-medium">Tell</legend>
          {(notifiers.data ?? []).length === 0 && (
            <p className="text-xs text-ink3">No notifier is set up; the alert is shown here only.</p>
          )}
          {(notifiers.data ?? []).map((n) => (
            <Check
              key={n.id}
              label={`${n.name} (${n.kind})`}
              checked={form.notifierIds.includes(n.id)}
              onChange={(on) =>
                set({
                  notifierIds: on ? [...form.notifierIds, n.id] : form.notifierIds.filter((x) => x !== n.id),
                })
              }
            />
          ))}
        </fieldset>
        <Check label="Enabled" checked={form.enabled} onChange={(enabled) => set({ enabled })} />
        {trying.data && 'rule' in read && <ReplayResult replay={trying.data} rule={read.rule} />}
        {refused && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
            {refused.message}
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Check(props: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input
        type="checkbox"
        className="size-4 accent-[var(--after)]"
        checked={props.checked}
        onChange={(e) => props.onChange(e.target.checked)}
      />
      {props.label}
    </label>
  );
}
