'use client';
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { dateText, plural } from '@/lib/client/format';
import { loadTestsQuery } from '@/lib/client/queries/load';
import { createReport } from '@/lib/client/queries/reports';
import { trialsQuery } from '@/lib/client/queries/trials';
import { useStack } from '@/lib/client/use-stack';
import type { CreateReportInput } from '@/lib/contracts/report-create';
import type { TrialSummary } from '@/lib/contracts/trial';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field, Select, TextInput } from '../ui/field';
import { Segmented } from '../ui/segmented';
import { Loaded } from '../ui/states';

const abouts = [
  { value: 'picked', label: 'Picked by hand' },
  { value: 'change', label: 'One change' },
  { value: 'period', label: 'A time' },
] as const;
type About = (typeof abouts)[number]['value'];

const ended = ({ state }: { state: string }) => state !== 'queued' && state !== 'running';
const dayOf = (at: number) => {
  const date = new Date(at);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;
};
const week = 7 * 86_400_000;

/** Writes a report of what is measured already: chosen trials and load tests, a change, or a time. */
export function NewReport({ stack }: { stack: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>New report…</Button>
      {open && <Form stack={stack} onClose={() => setOpen(false)} />}
    </>
  );
}

function Form({ stack, onClose }: { stack: string; onClose: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const { href } = useStack();
  const trials = useQuery(trialsQuery(stack));
  const loads = useQuery(loadTestsQuery(stack));
  const [about, setAbout] = useState<About>('picked');
  const [title, setTitle] = useState('');
  const [trialIds, setTrialIds] = useState<readonly number[]>([]);
  const [loadTestIds, setLoadTestIds] = useState<readonly number[]>([]);
  const [change, setChange] = useState('');
  const [from, setFrom] = useState(() => dayOf(Date.now() - week));
  const [to, setTo] = useState(() => dayOf(Date.now()));
  const changes = changesOf(trials.data ?? []);
  const write = useMutation({
    mutationFn: createReport,
    onSuccess: ({ reportId }) => {
      void client.invalidateQueries({ queryKey: ['reports'] });
      router.push(href(`/reports/${reportId}`));
    },
  });
  const input = inputOf();

  function inputOf(): CreateReportInput | null {
    const common = { stack, ...(title.trim() === '' ? {} : { title: title.trim() }) };
    if (about === 'picked')
      return trialIds.length + loadTestIds.length === 0
        ? null
        : { about, ...common, trialIds: [...trialIds], loadTestIds: [...loadTestIds] };
    if (about === 'change') {
      const changeId = Number(change || changes[0]?.id);
      return changeId > 0 ? { about, ...common, changeId } : null;
    }
    const begin = Date.parse(`${from}T00:00:00`);
    const end = Math.min(Date.parse(`${to}T23:59:59.999`), Date.now());
    return begin < end
      ? { about, ...common, from: new Date(begin).toISOString(), to: new Date(end).toISOString() }
      : null;
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title="New report"
      wide
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="primary"
            busy={write.isPending}
            disabled={input === null}
            onClick={() => input && write.mutate(input)}
          >
            Write report
          </Button>
        </>
      }
    >
      <div className="grid gap-4 text-sm">
        <p className="text-ink2">
          Of what is measured already: nothing is changed and nothing is run. It is frozen like the report of
          a pass, and every figure can be recomputed from it.
        </p>
        <div>
          <Segmented label="What it is about" options={abouts} value={about} onChange={setAbout} />
        </div>
        {about === 'picked' && (
          <div className="grid gap-4 sm:grid-cols-2">
            <Choices
              legend="Trials"
              empty="No trial has ended yet."
              query={trials}
              note={(t) => `trial ${t.id} · ${t.outcome ?? t.state}`}
              chosen={trialIds}
              onChange={setTrialIds}
            />
            <Choices
              legend="Load tests"
              empty="No load test has ended yet."
              query={loads}
              note={(t) => `test ${t.id} · ${t.target}`}
              chosen={loadTestIds}
              onChange={setLoadTestIds}
            />
          </div>
        )}
        {about === 'change' &&
          (changes.length === 0 ? (
            <p>No change has been tried yet.</p>
          ) : (
            <Field label="Change" hint="all its trials that have ended">
              {(p) => (
                <Select
                  {...p}
                  value={change || String(changes[0]?.id)}
                  onChange={(e) => setChange(e.target.value)}
                >
                  {changes.map((c) => (
                    <option key={c.id} value={c.id}>
                      {c.title} ({plural(c.trials, 'trial')})
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          ))}
        {about === 'period' && (
          <div className="flex flex-wrap items-start gap-4">
            <Field label="From">
              {(p) => (
                <TextInput
                  {...p}
                  type="date"
                  value={from}
                  max={to}
                  onChange={(e) => setFrom(e.target.value)}
                />
              )}
            </Field>
            <Field label="To" hint="with this day">
              {(p) => (
                <TextInput {...p} type="date" value={to} min={from} onChange={(e) => setTo(e.target.value)} />
              )}
            </Field>
          </div>
        )}
        <Field label="Title" hint="by default it says what it is about">
          {(p) => (
            <TextInput {...p} value={title} maxLength={120} onChange={(e) => setTitle(e.target.value)} />
          )}
        </Field>
      </div>
      {write.error && (
        <p role="alert" className="mt-3 rounded-lg bg-bad-soft px-3 py-2 text-sm text-bad-ink">
          {write.error.message}
        </p>
      )}
    </Dialog>
  );
}

/** Changes of which a trial has ended, the last tried first. */
function changesOf(trials: readonly TrialSummary[]): { id: number; title: string; trials: number }[] {
  const found = new Map<number, { id: number; title: string; trials: number }>();
  for (const { changeId, title, state } of trials) {
    if (changeId === null || !ended({ state })) continue;
    const known = found.get(changeId);
    if (known) known.trials += 1;
    else found.set(changeId, { id: changeId, title, trials: 1 });
  }
  return [...found.values()];
}

/** A trial or a load test, as its list holds it. */
interface Ended {
  id: number;
  title: string;
  state: string;
  createdAt: string;
}

interface ChoicesProps<T extends Ended> {
  legend: string;
  /** Said when nothing has ended. */
  empty: string;
  query: UseQueryResult<T[]>;
  /** What is said of one beside its title and its time. */
  note: (of: T) => string;
  chosen: readonly number[];
  onChange: (ids: readonly number[]) => void;
}

function Choices<T extends Ended>({ query, ...props }: ChoicesProps<T>) {
  return <Loaded query={query}>{(all) => <Ticks {...props} items={all.filter(ended)} />}</Loaded>;
}

function Ticks<T extends Ended>(props: Omit<ChoicesProps<T>, 'query'> & { items: T[] }) {
  const { legend, empty, items, note, chosen, onChange } = props;
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 font-medium">
        {legend} {chosen.length > 0 && <span className="font-normal text-ink2">({chosen.length})</span>}
      </legend>
      {items.length === 0 ? (
        <p className="text-ink2">{empty}</p>
      ) : (
        <ul className="max-h-64 overflow-y-auto rounded-lg border border-line2 px-2.5 py-1">
          {items.map((of) => (
            <li key={of.id} className="border-t border-line2 py-1.5 first:border-t-0">
              <label className="flex cursor-pointer items-start gap-2">
                <input
                  type="checkbox"
                  className="mt-0.5 size-4 shrink-0 accent-[var(--after)]"
                  checked={chosen.includes(of.id)}
                  onChange={(e) =>
                    onChange(e.target.checked ? [...chosen, of.id] : chosen.filter((id) => id !== of.id))
                  }
                />
                <span className="min-w-0">
                  <span className="block break-words">{of.title}</span>
                  <span className="block text-xs break-words text-ink2">
                    {note(of)} · {dateText(of.createdAt)}
                  </span>
                </span>
              </label>
            </li>
          ))}
        </ul>
      )}
    </fieldset>
  );
}
