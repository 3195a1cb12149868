'use client';
import { Plus, X } from 'lucide-react';
import { cx } from '@/lib/client/cx';
import type { LoadModel } from '@/lib/contracts/load';
import { Term } from '../help/term';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Field, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { curveOf, type LoadForm, presetRows, type StageRow } from './load-form';
import { levelUnit } from './load-words';
import { type PresetKind, presets } from './presets';
import { ProfileCurve } from './profile-curve';

const models: { value: LoadModel; label: string }[] = [
  { value: 'closed', label: 'Users (closed)' },
  { value: 'open', label: 'Arrival rate (open)' },
];

interface EditorProps {
  form: LoadForm;
  set: (patch: Partial<LoadForm>) => void;
}

/** Which load over time: a preset to begin with, every stage of it to change. */
export function ProfileEditor({ form, set, mostUsers }: EditorProps & { mostUsers: number }) {
  const options = [
    ...(Object.keys(presets) as PresetKind[]).map((value) => ({ value, label: presets[value].label })),
    ...(form.replay ? [{ value: 'replay' as const, label: 'Replay' }] : []),
  ];
  const unit = form.kind === 'replay' ? 'requests/s' : levelUnit(form.model);
  return (
    <Card title="Load" note={unit}>
      <div className="grid gap-4">
        <div className="grid gap-2">
          <div>
            <Segmented
              label="Preset"
              options={options}
              value={form.kind}
              onChange={(kind) => set(kind === 'replay' ? { kind } : presetRows(kind, mostUsers))}
            />
          </div>
          <p className="text-sm text-ink2">
            {form.kind === 'replay'
              ? 'What was recorded, at the times it was recorded.'
              : presets[form.kind].said}
          </p>
        </div>
        <ProfileCurve curve={curveOf(form)} unit={unit} open={form.kind === 'stress'} />
        {form.kind !== 'replay' && (
          <>
            <div className="grid gap-1.5">
              <div>
                <Segmented
                  label="Model"
                  options={models}
                  value={form.model}
                  onChange={(model) => set({ model })}
                />
              </div>
              <p className="text-xs text-ink3">
                {form.model === 'closed'
                  ? 'Each user waits for the response before the next request; a slow target is asked less.'
                  : 'Requests arrive whether or not earlier ones were answered; latency counts from when each was due.'}{' '}
                <Term id="coordinated-omission">Why that matters</Term>
              </p>
            </div>
            <Stages form={form} set={set} unit={unit} />
            {form.kind === 'stress' && <StressFields form={form} set={set} unit={unit} />}
            {form.model === 'closed' && (
              <div className="grid max-w-md grid-cols-2 gap-3">
                <Field label="Think time from, ms" hint="pause of a user after a response">
                  {(p) => (
                    <NumberInput {...p} value={form.thinkMin} onChange={(thinkMin) => set({ thinkMin })} />
                  )}
                </Field>
                <Field label="to, ms" hint="drawn evenly between">
                  {(p) => (
                    <NumberInput {...p} value={form.thinkMax} onChange={(thinkMax) => set({ thinkMax })} />
                  )}
                </Field>
              </div>
            )}
          </>
        )}
      </div>
    </Card>
  );
}

function Stages({ form, set, unit }: EditorProps & { unit: string }) {
  const change = (i: number, patch: Partial<StageRow>) =>
    set({ stages: form.stages.map((s, k) => (k === i ? { ...s, ...patch } : s)) });
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">Stages</legend>
      {form.stages.length === 0 && (
        <p className="text-xs text-ink3">None: the search for the limit begins with its first step.</p>
      )}
      {form.stages.map((stage, i) => (
        <div key={i} className="flex flex-wrap items-center gap-2 text-sm">
          <span className="w-4 text-ink3">{i + 1}</span>
          <span>in</span>
          <NumberInput
            aria-label={`Stage ${i + 1}, seconds`}
            className="w-20"
            value={stage.seconds}
            onChange={(seconds) => change(i, { seconds })}
          />
          <span>s to</span>
          <NumberInput
            aria-label={`Stage ${i + 1}, ${unit}`}
            className="w-24"
            value={stage.level}
            onChange={(level) => change(i, { level })}
          />
          <span className="text-ink2">{unit}</span>
          <RemoveButton
            label={`Remove stage ${i + 1}`}
            onClick={() => set({ stages: form.stages.filter((_, k) => k !== i) })}
          />
        </div>
      ))}
      <div>
        <Button
          small
          onClick={() =>
            set({ stages: [...form.stages, { seconds: '30', level: form.stages.at(-1)?.level ?? '10' }] })
          }
        >
          <Plus aria-hidden="true" className="size-3.5" /> Add a stage
        </Button>
      </div>
      <p className="text-xs text-ink3">A straight line from the load before; 0 s is a jump.</p>
    </fieldset>
  );
}

function StressFields({ form, set, unit }: EditorProps & { unit: string }) {
  return (
    <div className="grid max-w-2xl gap-3 sm:grid-cols-3">
      <Field label={`Each step adds, ${unit}`}>
        {(p) => <NumberInput {...p} value={form.step} onChange={(step) => set({ step })} />}
      </Field>
      <Field label="A step lasts, s">
        {(p) => (
          <NumberInput {...p} value={form.stepSeconds} onChange={(stepSeconds) => set({ stepSeconds })} />
        )}
      </Field>
      <Field label={`At most, ${unit}`} hint="it ends here at the latest">
        {(p) => <NumberInput {...p} value={form.maxLevel} onChange={(maxLevel) => set({ maxLevel })} />}
      </Field>
    </div>
  );
}

interface NumberInputProps {
  id?: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
  'aria-label'?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: true;
}

/** A number as text, so that what is half typed stays; `className` sets its width. */
export function NumberInput({ onChange, className, ...rest }: NumberInputProps) {
  return (
    <span className={cx('block', className)}>
      <TextInput inputMode="decimal" {...rest} onChange={(e) => onChange(e.target.value)} />
    </span>
  );
}

export function RemoveButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={onClick}
      className="rounded-md p-1.5 text-ink3 hover:bg-line2 hover:text-ink"
    >
      <X aria-hidden="true" className="size-3.5" />
    </button>
  );
}
