'use client';
import { type FormEvent, useState } from 'react';
import type { Role } from '@/lib/contracts/auth';
import { roleAllows, roles } from '@/lib/contracts/roles';
import { useMe } from '../shell/me';
import { Button } from '../ui/button';
import { Field, Select, TextInput } from '../ui/field';

interface NameRoleFormProps {
  nameHint: string;
  action: string;
  busy: boolean;
  error: string | null;
  onSubmit: (value: { name: string; role: Role }) => Promise<unknown>;
}

/** A name and a role, at most the role of the one who gives it. */
export function NameRoleForm({ nameHint, action, busy, error, onSubmit }: NameRoleFormProps) {
  const me = useMe();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit({ name: name.trim(), role }).then(
      () => setName(''),
      // The error is shown below by its owner.
      () => {},
    );
  };
  return (
    <form onSubmit={submit} className="mb-3">
      <div className="grid items-start gap-3 sm:grid-cols-[minmax(10rem,18rem)_max-content_max-content]">
        <Field label="Name" hint={nameHint}>
          {(p) => (
            <TextInput
              {...p}
              value={name}
              maxLength={60}
              required
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        <Field label="Role">
          {(p) => (
            <Select
              {...p}
              value={role}
              onChange={(e) => setRole(roles.find((r) => r === e.target.value) ?? 'viewer')}
            >
              {roles
                .filter((r) => roleAllows(me.role, r))
                .map((r) => (
                  <option key={r} value={r}>
                    {r}
                  </option>
                ))}
            </Select>
          )}
        </Field>
        <Button
          type="submit"
          tone="primary"
          busy={busy}
          disabled={name.trim() === ''}
          className="sm:mt-[1.45rem]"
        >
          {action}
        </Button>
      </div>
      {error && (
        <p role="alert" className="mt-2 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          {error}
        </p>
      )}
    </form>
  );
}
