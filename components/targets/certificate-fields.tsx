import type { TargetDetail } from '@/lib/contracts/target';
import { Field, Select } from '../ui/field';

export interface CertificateChoice<C extends string> {
  value: C;
  label: string;
  hint: string;
}

export const authorityChoice: CertificateChoice<'authority'> = {
  value: 'authority',
  label: 'signed by an authority given here',
  hint: 'a self-signed certificate is its own authority',
};
export const uncheckedChoice: CertificateChoice<'unchecked'> = {
  value: 'unchecked',
  label: 'not checked',
  hint: 'whoever answers at the address is taken for the service and gets its headers; results of load tests say so',
};
/** What a target can be set to. */
export const targetChoices: CertificateChoice<TargetDetail['kept']['certificate']>[] = [
  { value: 'system', label: 'checked as the system does', hint: 'a self-signed certificate is refused' },
  authorityChoice,
  uncheckedChoice,
];

interface CertificateFieldsProps<C extends string> {
  choices: readonly CertificateChoice<C>[];
  form: { certificate: C; authority: string };
  set: (patch: { certificate?: C; authority?: string }) => void;
  /** An authority is kept, and stays where none is given. */
  stored?: boolean;
}

/** Which certificate of a service over https is accepted. */
export function CertificateFields<C extends string>(props: CertificateFieldsProps<C>) {
  const { choices, form, set, stored = false } = props;
  const chosen = choices.find((c) => c.value === form.certificate);
  return (
    <>
      <Field label="Certificate" hint={chosen?.hint}>
        {(p) => (
          <Select
            {...p}
            className="w-full"
            value={form.certificate}
            onChange={(e) => {
              const next = choices.find((c) => c.value === e.target.value);
              if (next) set({ certificate: next.value });
            }}
          >
            {choices.map((c) => (
              <option key={c.value} value={c.value}>
                {c.label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {form.certificate === 'authority' && (
        <Field
          label="Certificate of the authority (PEM)"
          hint={stored ? 'one is stored; leave it blank to keep it' : 'without its private key'}
        >
          {(p) => (
            <textarea
              {...p}
              rows={5}
              spellCheck={false}
              autoComplete="off"
              placeholder="-----BEGIN CERTIFICATE-----"
              className="w-full rounded-lg border border-edge bg-panel px-2.5 py-1.5 font-mono text-xs text-ink placeholder:text-ink3 pointer-coarse:text-[16px]"
              value={form.authority}
              onChange={(e) => set({ authority: e.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}
