'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { planKnob } from '@/lib/client/queries/knobs';
import { useStack } from '@/lib/client/use-stack';
import type { Knob } from '@/lib/contracts/knobs';
import type { ServiceView } from '@/lib/contracts/services';
import { ReadAgo } from '../observe/parts';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Confirm } from '../ui/confirm';
import { Field, TextInput } from '../ui/field';
import { Tag } from '../ui/tag';

/** The settings that a service lets Ratchet change while it runs, each with a way to try another value. */
export function KnobsCard({ view, stack }: { view: ServiceView; stack: string }) {
  const may = useMay('operator');
  const { knobs, knobsMissing, target } = view;
  return (
    <Card title="Knobs" note={<ReadAgo at={view.takenAt} />}>
      {knobs === null || knobs.length === 0 ? (
        <p className="text-sm text-ink2">
          {knobsMissing ?? 'The service offers none.'} A service that offers knobs (docs/knobs.md) can be
          changed while it runs, and measured with and without.
        </p>
      ) : (
        <ul className="divide-y divide-line2 text-sm">
          {knobs.map((knob) => (
            <li
              key={knob.name}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 first:pt-0 last:pb-0"
            >
              <div className="min-w-0 flex-1 basis-60">
                <p className="flex flex-wrap items-center gap-2">
                  <code className="min-w-0 font-mono text-xs break-words">{knob.name}</code>
                  <Value knob={knob} />
                </p>
                <p className="text-xs text-ink3">{knob.description}</p>
              </div>
              {may && <Try knob={knob} stack={stack} target={target.name} />}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Value({ knob }: { knob: Knob }) {
  if (knob.type === 'boolean')
    return <Tag tone={knob.value ? 'good' : 'neutral'}>{knob.value ? 'on' : 'off'}</Tag>;
  return (
    <Tag tone="neutral">
      {knob.value.toLocaleString('en-US')} {knob.unit}
    </Tag>
  );
}

/** Plans another value, and goes on to the change, where it is looked over, tried under load and applied. */
function Try({ knob, stack, target }: { knob: Knob; stack: string; target: string }) {
  const router = useRouter();
  const { href } = useStack();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const action = knob.type === 'integer' ? 'Try another value' : knob.value ? 'Try it off' : 'Try it on';
  const go = async () => {
    const value = knob.type === 'boolean' ? !knob.value : Number(text);
    if (text.trim() === '' && knob.type === 'integer') throw new Error('Give a value.');
    const { changeId } = await planKnob({ stack, target, name: knob.name, value });
    router.push(href(`/changes/${changeId}`));
  };
  return (
    <>
      <Button aria-label={`${action}… ${knob.name}`} onClick={() => setOpen(true)}>
        {action}…
      </Button>
      <Confirm
        form={knob.type === 'integer'}
        open={open}
        onClose={() => setOpen(false)}
        title={`${action}: ${knob.name}`}
        action="Preview"
        onConfirm={go}
      >
        <p className="text-ink2">
          {knob.description} Nothing is set yet: the next page shows what would be, and can measure it under
          load.
        </p>
        {knob.type === 'integer' && (
          <Field
            label="Value"
            hint={`${knob.value} now; from ${knob.minimum} to ${knob.maximum} ${knob.unit ?? ''}`}
          >
            {(p) => (
              <TextInput {...p} inputMode="numeric" value={text} onChange={(e) => setText(e.target.value)} />
            )}
          </Field>
        )}
      </Confirm>
    </>
  );
}
