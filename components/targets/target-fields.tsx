import type { TargetKind } from '@/lib/contracts/target';
import { Field, TextInput } from '../ui/field';
import { CertificateFields, targetChoices } from './certificate-fields';
import { type Form, isHttps } from './target-form';

const addressField: Record<TargetKind, { label: string; hint: string; placeholder: string }> = {
  postgres: {
    label: 'Connection URL',
    hint: 'a role that may read pg_monitor views is enough to watch',
    placeholder: 'postgres://observer:secret@host:5432/database',
  },
  redis: {
    label: 'Connection URL',
    hint: 'rediss:// for TLS; redis+sentinel://host:26379/name behind Sentinel',
    placeholder: 'redis://host:6379',
  },
  docker: {
    label: 'Socket',
    hint: 'path of the engine’s socket, or tcp://host:2375',
    placeholder: '/var/run/docker.sock',
  },
  http: { label: 'Base URL', hint: 'only this origin is called', placeholder: 'http://host:8080' },
};

/** What the store keeps of a target that is edited: blank fields leave it as it is. */
export interface KeptParts {
  address: string;
  operatorUrl: boolean;
  knobsToken: boolean;
  certificate: Form['certificate'];
}

interface TargetFieldsProps {
  form: Form;
  set: (patch: Partial<Form>) => void;
  /** Null for a new target. */
  kept: KeptParts | null;
}

/** Address, credentials and options of a target, by its kind. */
export function TargetFields({ form, set, kept }: TargetFieldsProps) {
  const address = addressField[form.kind];
  const http = form.kind === 'http';
  return (
    <>
      <Field
        label={address.label}
        hint={
          kept
            ? `now ${kept.address}; leave it blank to keep it${http ? '' : ' with its credentials'}`
            : address.hint
        }
      >
        {(p) => (
          <TextInput
            {...p}
            value={form.address}
            placeholder={kept ? 'kept as it is' : address.placeholder}
            className="font-mono"
            onChange={(e) => set({ address: e.target.value })}
          />
        )}
      </Field>
      {form.kind === 'postgres' && (
        <>
          <Field
            label="Connection URL for changes (optional)"
            hint={
              kept?.operatorUrl
                ? 'one is stored; leave it blank to keep it'
                : 'an owner of the tables; without it changes run with the role above, or are refused with the reason'
            }
          >
            {(p) => (
              <TextInput
                {...p}
                value={form.operatorUrl}
                disabled={form.removeOperatorUrl}
                className="font-mono"
                onChange={(e) => set({ operatorUrl: e.target.value })}
              />
            )}
          </Field>
          {kept?.operatorUrl && (
            <Check
              checked={form.removeOperatorUrl}
              onChange={(removeOperatorUrl) => set({ removeOperatorUrl, operatorUrl: '' })}
              label="Remove the stored URL for changes"
            />
          )}
          <Check
            checked={form.allowWriteProbes}
            onChange={(allowWriteProbes) => set({ allowWriteProbes })}
            label="Writes may be measured inside transactions that are rolled back"
            note="otherwise a write is measured by its search condition only; sequences move on either way"
          />
          {form.restartContainer !== null && (
            <Check
              checked={form.restartContainer}
              onChange={(restartContainer) => set({ restartContainer })}
              label="Its container may be restarted for settings that need it"
              note="through a Docker target of the same stack, and only when a change is told to; every session is cut off then"
            />
          )}
        </>
      )}
      {http && (
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="Metrics path (optional)" hint="a page in Prometheus format">
            {(p) => (
              <TextInput
                {...p}
                value={form.metricsPath}
                placeholder="/metrics"
                onChange={(e) => set({ metricsPath: e.target.value })}
              />
            )}
          </Field>
          <Field label="Probe path (optional)" hint="asked every few seconds">
            {(p) => (
              <TextInput
                {...p}
                value={form.probePath}
                placeholder="/health"
                onChange={(e) => set({ probePath: e.target.value })}
              />
            )}
          </Field>
          <Field
            label="Knobs token (optional)"
            hint={
              kept?.knobsToken
                ? 'one is stored; leave it blank to keep it'
                : 'lets settings of the service be tried while it runs'
            }
          >
            {(p) => (
              <TextInput
                {...p}
                type="password"
                value={form.knobsToken}
                disabled={form.removeKnobsToken}
                onChange={(e) => set({ knobsToken: e.target.value })}
              />
            )}
          </Field>
          {kept?.knobsToken && (
            <Check
              checked={form.removeKnobsToken}
              onChange={(removeKnobsToken) => set({ removeKnobsToken, knobsToken: '' })}
              label="Remove the stored token"
            />
          )}
        </div>
      )}
      {http && isHttps(form.address.trim() === '' ? (kept?.address ?? '') : form.address) && (
        <CertificateFields
          choices={targetChoices}
          form={form}
          set={set}
          stored={kept?.certificate === 'authority'}
        />
      )}
      {form.kind === 'docker' && (
        <Field label="Only containers whose name begins with (optional)">
          {(p) => (
            <TextInput
              {...p}
              value={form.containerPrefix}
              onChange={(e) => set({ containerPrefix: e.target.value })}
            />
          )}
        </Field>
      )}
      <p className="text-xs text-ink3">
        What is typed here is encrypted where it is kept, and never shown again.
      </p>
    </>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  note?: string;
}
function Check({ checked, onChange, label, note }: CheckProps) {
  return (
    <label className="flex items-start gap-2 text-sm">
      <input
        type="checkbox"
        className="mt-0.5 size-4 accent-[var(--after)]"
        checked={checked}
        onChange={(e) => onChange(e.target.checked)}
      />
      <span>
        {label}
        {note && <span className="block text-xs text-ink3">{note}</span>}
      </span>
    </label>
  );
}
