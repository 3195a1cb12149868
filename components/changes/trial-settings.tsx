'use client';
import { timeLeft } from '@/lib/client/format';
import type { TrialChoice } from '@/lib/client/queries/changes';
import { TrialSettings } from '@/lib/contracts/trial';
import { Field, TextInput } from '../ui/field';

const defaults = TrialSettings.parse({});

/** As typed; parsed only when used, so that a half-typed number is not corrected under the fingers. */
export type TrialText = Record<'rounds' | 'segmentSeconds' | 'clients', string>;
export const defaultText: TrialText = {
  rounds: String(defaults.rounds),
  segmentSeconds: String(defaults.segmentSeconds),
  clients: String(defaults.clients),
};

interface Problem {
  field: keyof TrialText;
  message: string;
}

/** What was typed as settings, or what is wrong with it. */
export function choiceOf(text: TrialText): { settings: TrialChoice | undefined; problem: Problem | null } {
  const numbers = Object.fromEntries(
    Object.entries(text).map(([k, v]) => [k, v.trim() === '' ? Number.NaN : Number(v)]),
  );
  const parsed = TrialSettings.partial().safeParse(numbers);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = String(issue?.path[0] ?? 'rounds') as keyof TrialText;
    return {
      settings: undefined,
      problem: { field, message: bounds[field] ?? issue?.message ?? 'not a number' },
    };
  }
  const { rounds, segmentSeconds, clients } = parsed.data;
  return {
    settings: {
      ...(rounds === undefined ? {} : { rounds }),
      ...(segmentSeconds === undefined ? {} : { segmentSeconds }),
      ...(clients === undefined ? {} : { clients }),
    },
    problem: null,
  };
}

const bounds: Record<keyof TrialText, string> = {
  rounds: 'a whole number from 6 to 200',
  segmentSeconds: 'from 0.2 to 60 seconds',
  clients: 'a whole number from 1 to 256',
};

interface FormProps {
  text: TrialText;
  onChange: (text: TrialText) => void;
  problem: Problem | null;
  /** The settings are those of each trial of several. */
  each?: boolean;
}

export function TrialSettingsForm({ text, onChange, problem, each }: FormProps) {
  const error = (field: keyof TrialText) => (problem?.field === field ? problem.message : null);
  const input = (field: keyof TrialText) => ({
    inputMode: 'decimal' as const,
    value: text[field],
    onChange: (event: { target: { value: string } }) => onChange({ ...text, [field]: event.target.value }),
  });
  const seconds = Number(text.rounds) * 4 * Number(text.segmentSeconds);
  return (
    <div>
      <div className="grid gap-3 sm:grid-cols-3">
        <Field label="Rounds" hint="at least 6; more shows smaller effects" error={error('rounds')}>
          {(p) => <TextInput {...p} {...input('rounds')} />}
        </Field>
        <Field label="Segment, seconds" hint="each round has four" error={error('segmentSeconds')}>
          {(p) => <TextInput {...p} {...input('segmentSeconds')} />}
        </Field>
        <Field label="Clients" hint="requests at the same time" error={error('clients')}>
          {(p) => <TextInput {...p} {...input('clients')} />}
        </Field>
      </div>
      {problem === null && seconds > 0 && (
        <p className="mt-2 text-xs text-ink2">
          {timeLeft(seconds)} of load {each ? 'for each trial ' : ''}by these settings, plus the time the
          switches take, and as much again for the noise measurement when this stack has none yet.
        </p>
      )}
    </div>
  );
}
