'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Share2 } from 'lucide-react';
import { useState } from 'react';
import { dateText } from '@/lib/client/format';
import { createShare, sharesQuery } from '@/lib/client/queries/shares';
import { defaultShareDays, mostShareDays } from '@/lib/contracts/share';
import { Once } from '../settings/once';
import { useMay } from '../shell/me';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, TextInput } from '../ui/field';
import { ShareRow } from './share-row';

/** Makes a link to this report for people without an account here, and lists those that work. */
export function Share({ id }: { id: number }) {
  const may = useMay('operator');
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [days, setDays] = useState(String(defaultShareDays));
  const [note, setNote] = useState('');
  const shares = useQuery(sharesQuery(may && open));
  const make = useMutation({
    mutationFn: createShare,
    onSuccess: () => client.invalidateQueries({ queryKey: ['shares'] }),
  });
  if (!may) return null;
  const whole = Number(days);
  const valid = Number.isInteger(whole) && whole >= 1 && whole <= mostShareDays;
  const own = shares.data?.filter((s) => s.reportId === id) ?? [];
  const close = () => {
    make.reset();
    setOpen(false);
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Share2 aria-hidden="true" className="size-3.5" /> Share…
      </Button>
      <Dialog open={open} onClose={close} title="Share this report by a link">
        <form
          className="grid gap-3 text-sm"
          onSubmit={(event) => {
            event.preventDefault();
            if (valid) make.mutate({ reportId: id, days: whole, note: note.trim() });
          }}
        >
          <p>
            Whoever has the link reads this one report and its downloads without signing in, and nothing else.
          </p>
          <div className="grid gap-3 sm:grid-cols-[8rem_1fr]">
            <Field
              label="Days"
              hint={`1 to ${mostShareDays}`}
              error={valid ? null : `whole days, 1 to ${mostShareDays}`}
            >
              {(p) => (
                <TextInput
                  {...p}
                  inputMode="numeric"
                  value={days}
                  onChange={(e) => setDays(e.target.value)}
                />
              )}
            </Field>
            <Field label="For" hint="a reminder, for the list below">
              {(p) => (
                <TextInput {...p} value={note} maxLength={80} onChange={(e) => setNote(e.target.value)} />
              )}
            </Field>
          </div>
          <div>
            <Button type="submit" tone="primary" busy={make.isPending} disabled={!valid}>
              Make a link
            </Button>
          </div>
          {make.error && (
            <p role="alert" className="text-bad-ink">
              {make.error.message}
            </p>
          )}
          {make.data && (
            <Once
              title={`The link, until ${dateText(make.data.expiresAt)}`}
              value={`${window.location.origin}${make.data.path}`}
            >
              Copy it now: only a fingerprint of it is kept, so it cannot be shown again.
            </Once>
          )}
        </form>
        {own.length > 0 && (
          <ul className="mt-3" aria-label="Links to this report">
            {own.map((s) => (
              <ShareRow key={s.id} share={s} />
            ))}
          </ul>
        )}
      </Dialog>
    </>
  );
}
