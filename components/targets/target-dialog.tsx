import type { ComponentProps, ReactNode } from 'react';
import { ApiError } from '@/lib/client/fetch';
import type { Capabilities } from '@/lib/contracts/target';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { CapabilityList } from './capability-list';
import { TargetFields } from './target-fields';
import type { Form } from './target-form';

/** A request that a button of the dialog sends; `send` is null while the form does not allow it. */
interface Request {
  isPending: boolean;
  error: Error | null;
  send: (() => void) | null;
}

interface TargetDialogProps {
  title: string;
  form: Form;
  set: (patch: Partial<Form>) => void;
  kept: ComponentProps<typeof TargetFields>['kept'];
  test: Request & { found: Capabilities | undefined };
  submit: Request & { label: string };
  onClose: () => void;
  /** Stands before the name. */
  children?: ReactNode;
  /** Whether the stack can be chosen too. */
  withStack?: boolean;
}

/** The form of a target, with a test that shows what works and what lacks before anything is stored. */
export function TargetDialog(o: TargetDialogProps) {
  const { form, set, test, submit } = o;
  const error = submit.error ?? test.error;
  const field = error instanceof ApiError ? error.field : undefined;
  const text = (key: 'name' | 'stack', label: string, hint: string) => (
    <Field label={label} hint={hint} error={field === key ? error?.message : null}>
      {(p) => (
        <TextInput {...p} value={form[key]} maxLength={60} onChange={(e) => set({ [key]: e.target.value })} />
      )}
    </Field>
  );
  return (
    <Dialog
      open
      wide
      onClose={o.onClose}
      title={o.title}
      footer={
        <>
          <Button onClick={o.onClose}>Cancel</Button>
          <Button busy={test.isPending} disabled={!test.send} onClick={() => test.send?.()}>
            Test
          </Button>
          <Button
            tone="primary"
            busy={submit.isPending}
            disabled={!submit.send}
            onClick={() => submit.send?.()}
          >
            {submit.label}
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        {o.children}
        {o.withStack ? (
          <div className="grid gap-3 sm:grid-cols-2">
            {text('name', 'Name', 'how it is shown')}
            {text('stack', 'Stack', 'targets of one stack belong together')}
          </div>
        ) : (
          text('name', 'Name', 'how it is shown')
        )}
        <TargetFields form={form} set={set} kept={o.kept} />
        {error && (
          <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
            {error.message}
          </p>
        )}
        {test.found && <CapabilityList capabilities={test.found} />}
      </div>
    </Dialog>
  );
}
