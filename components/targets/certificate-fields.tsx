import { Field, Select } from '../ui/field';
import type { Form } from './target-form';

const choices: { value: Form['certificate']; label: string }[] = [
  { value: 'system', label: 'checked as the system does' },
  { value: 'authority', label: 'signed by an authority given here' },
  { value: 'unchecked', label: 'not checked' },
];

const hints: Record<Form['certificate'], string> = {
  system: 'a self-signed certificate is refused',
  authority: 'a self-signed certificate is its own authority',
  unchecked:
    'whoever answers at the address is taken for the service and gets its headers; results of load tests say so',
};

/** Which certificate of a service over https is accepted. `stored`: an authority is kept, and stays where none is given. */
export function CertificateFields({
  form,
  set,
  stored,
}: {
  form: Form;
  set: (patch: Partial<Form>) => void;
  stored: boolean;
}) {
  return (
    <>
      <Field label="Certificate" hint={hints[form.certificate]}>
        {(p) => (
          <Select
            {...p}
            className="w-full"
            value={form.certificate}
            onChange={(e) => {
              const chosen = choices.find((c) => c.value === e.target.value);
              if (chosen) set({ certificate: chosen.value });
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
