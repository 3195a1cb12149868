'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { durationText } from '@/lib/client/format';
import { planWarming } from '@/lib/client/queries/warmings';
import { useStack } from '@/lib/client/use-stack';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Confirm } from '../ui/confirm';
import { controlClass, Field, TextInput } from '../ui/field';

interface WarmProps {
  stack: string;
  target: string;
  of: 'routes' | 'keys';
}

const words = {
  routes: {
    button: 'Warm routes…',
    title: 'Warm routes of',
    label: 'Routes',
    hint: 'one path a line, for example /api/v1/models/?page=1; each is asked for by GET',
    what: 'Asks the service for each route once, so that its caches hold the answers before people ask. A GET that changes something would do so here too.',
  },
  keys: {
    button: 'Touch keys…',
    title: 'Touch keys of',
    label: 'Keys',
    hint: 'one key a line; each is touched once (TOUCH)',
    what: 'Touched keys count as just used, so that eviction takes others first. Keys that are not there are counted: only the application can write them.',
  },
} as const;

/** Plans a warming of a list of routes or keys, and goes on to the change, where it is looked over and applied. */
export function Warm({ stack, target, of }: WarmProps) {
  const may = useMay('operator');
  const router = useRouter();
  const { href } = useStack();
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [rate, setRate] = useState('10');
  const word = words[of];
  const list = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const perSecond = Number(rate);
  const seconds = perSecond > 0 ? list.length / perSecond : null;
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{word.button}</Button>
      <Confirm
        form
        open={open}
        onClose={() => setOpen(false)}
        title={`${word.title} ${target}`}
        action="Preview"
        onConfirm={async () => {
          if (list.length === 0) throw new Error(`Name at least one of the ${of}.`);
          if (!(perSecond >= 1 && perSecond <= 100)) throw new Error('The rate is from 1 to 100 a second.');
          const { changeId } = await planWarming({ stack, target, list, perSecond });
          router.push(href(`/changes/${changeId}`));
        }}
      >
        <p className="text-ink2">{word.what} Nothing is sent yet: the next page shows all that will be.</p>
        <Field label={word.label} hint={word.hint}>
          {(p) => (
            <textarea
              {...p}
              rows={6}
              spellCheck={false}
              value={text}
              onChange={(e) => setText(e.target.value)}
              className={`${controlClass} h-auto w-full py-1.5 font-mono text-xs`}
            />
          )}
        </Field>
        <Field label="At most so many a second">
          {(p) => (
            <TextInput {...p} inputMode="numeric" value={rate} onChange={(e) => setRate(e.target.value)} />
          )}
        </Field>
        <p className="text-sm" aria-live="polite">
          {list.length} {of}
          {seconds === null || list.length === 0 ? '' : `, about ${durationText(seconds * 1000)}`}
        </p>
      </Confirm>
    </>
  );
}
