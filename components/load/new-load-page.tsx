'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { count, timeLeft } from '@/lib/client/format';
import { startLoadTest } from '@/lib/client/queries/load';
import { targetsQuery } from '@/lib/client/queries/targets';
import { useStack } from '@/lib/client/use-stack';
import { loadCaps } from '@/lib/contracts/load-api';
import type { LoadSource } from '@/lib/contracts/load-source';
import type { TargetView } from '@/lib/contracts/target';
import { useMe } from '../shell/me';
import { StackLink } from '../shell/stack-link';
import {
  authorityChoice,
  type CertificateChoice,
  CertificateFields,
  uncheckedChoice,
} from '../targets/certificate-fields';
import { NoStack } from '../targets/no-stack';
import { isHttps } from '../targets/target-form';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Field, Select, TextInput } from '../ui/field';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded, Loading } from '../ui/states';
import { LimitsEditor } from './limits-editor';
import { emptyForm, extentOf, inputOf, type LoadForm, sourceRows } from './load-form';
import { levelUnit } from './load-words';
import { ProfileEditor } from './profile-editor';
import { RequestEditor } from './request-editor';
import { SourceImport } from './source-import';

/** A new load test: which load, on what, held to what. */
export function NewLoadPage() {
  const { stack, none } = useStack();
  const targets = useQuery(targetsQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        trail={
          <StackLink href="/load" className="link">
            Load tests
          </StackLink>
        }
        title="New load test"
      />
      <Loaded framed query={targets} loading={<Loading rows={4} height="h-24" />}>
        {(all) => {
          const http = all.filter((t) => t.kind === 'http');
          return http.length === 0 || stack === null ? (
            <Card>
              <Empty title="No HTTP service to load">
                A load test sends requests to an HTTP target of this stack. An admin can add one under
                Targets.
              </Empty>
            </Card>
          ) : (
            <Form stack={stack} targets={http} />
          );
        }}
      </Loaded>
    </>
  );
}

const isLocal = (address: string) =>
  URL.canParse(address) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname);

const certificateChoices: CertificateChoice<LoadForm['certificate']>[] = [
  { value: 'target', label: 'as the target is set', hint: 'another choice holds for this test alone' },
  authorityChoice,
  uncheckedChoice,
];

function Form({ stack, targets }: { stack: string; targets: TargetView[] }) {
  const router = useRouter();
  const client = useQueryClient();
  const { href } = useStack();
  const me = useMe();
  const [form, setForm] = useState<LoadForm>({ ...emptyForm, target: targets[0]?.name ?? '' });
  const [source, setSource] = useState<LoadSource | null>(null);
  const [asked, setAsked] = useState(false);
  const start = useMutation({
    mutationFn: startLoadTest,
    onSuccess: ({ loadTestId }) => {
      void client.invalidateQueries({ queryKey: ['load-tests'] });
      router.push(href(`/load/${loadTestId}`));
    },
  });
  const set = (patch: Partial<LoadForm>) => {
    setForm((f) => ({ ...f, ...patch }));
    start.reset();
  };
  const take = (found: LoadSource, from: 'target' | 'file') => {
    setSource(found);
    set({
      ...sourceRows(found),
      fromTarget: from === 'target' && found.notes.some((n) => n.startsWith('The request mix of')),
      ...(found.replay === null && form.kind === 'replay' ? { kind: 'rate' as const } : {}),
    });
  };
  const target = targets.find((t) => t.name === form.target);
  const remote = target !== undefined && !isLocal(target.address);
  const input = inputOf(form, stack);
  const tooMuch = overCap(form, me.role);
  const problem =
    typeof input === 'string'
      ? input
      : (tooMuch ?? (remote && !form.confirmRemote ? 'Confirm the address below.' : null));
  // A correction takes the message away; it does not come back by itself.
  useEffect(() => {
    if (problem === null) setAsked(false);
  }, [problem]);
  const caps = loadCaps[me.role];
  if (caps === null) {
    return (
      <Card>
        <Empty title="An operator starts load tests">A viewer sees their results.</Empty>
      </Card>
    );
  }
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (problem === null && typeof input !== 'string') start.mutate(input);
      }}
    >
      <Card title="Target">
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="HTTP target" hint={target?.address}>
            {(p) => (
              <Select
                {...p}
                className="w-full"
                value={form.target}
                onChange={(e) => {
                  setSource(null);
                  set({
                    ...{ target: e.target.value, fromTarget: false, confirmRemote: false },
                    ...{ certificate: 'target', authority: '' },
                  });
                }}
              >
                {targets.map((t) => (
                  <option key={t.id}>{t.name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label="Title (optional)">
            {(p) => (
              <TextInput
                {...p}
                maxLength={200}
                value={form.title}
                onChange={(e) => set({ title: e.target.value })}
              />
            )}
          </Field>
          {target && isHttps(target.address) && me.role === 'admin' && (
            <CertificateFields choices={certificateChoices} form={form} set={set} />
          )}
        </div>
      </Card>
      <SourceImport key={form.target} stack={stack} target={form.target} source={source} onSource={take} />
      <RequestEditor form={form} set={set} />
      <ProfileEditor form={form} set={set} mostUsers={caps.users} />
      <LimitsEditor form={form} set={set} />
      <Card>
        <div className="grid gap-3">
          <p className="text-xs text-ink2">
            As {me.role} at most {count(caps.users)} users or {count(caps.rate)} requests/s, for at most{' '}
            {timeLeft(caps.seconds)}. Redirects are not followed, and no other address is called.
          </p>
          {remote && (
            <label className="flex items-start gap-2 text-sm">
              <input
                type="checkbox"
                className="mt-0.5 size-4 accent-[var(--after)]"
                checked={form.confirmRemote}
                onChange={(e) => set({ confirmRemote: e.target.checked })}
              />
              <span>
                {target.address} is not on this machine. I may put this load on it.
                <span className="block text-xs text-ink3">
                  a load test can make a service fail for everyone who uses it
                </span>
              </span>
            </label>
          )}
          {(start.error || (asked && problem !== null)) && (
            <p role="alert" className="rounded-lg bg-bad-soft px-3 py-2 text-sm break-words text-bad-ink">
              {start.error?.message ?? problem}
            </p>
          )}
          <div className="flex flex-wrap items-center justify-end gap-3">
            <span className="text-xs text-ink2">{extentText(form)}</span>
            <Button type="submit" tone="primary" busy={start.isPending}>
              Start the test
            </Button>
          </div>
        </div>
      </Card>
    </form>
  );
}

function extentText(form: LoadForm): string {
  const { level, seconds } = extentOf(form);
  const unit = form.kind === 'replay' ? 'requests/s' : levelUnit(form.model);
  return `up to ${count(level)} ${unit}, ${seconds === null ? 'until a limit breaks' : timeLeft(seconds)}`;
}

/** What a role may not ask for; the server holds to the same. */
function overCap(form: LoadForm, role: keyof typeof loadCaps): string | null {
  const caps = loadCaps[role];
  if (caps === null) return null;
  const { level, seconds } = extentOf(form);
  const open = form.model === 'open' || form.kind === 'replay';
  if (!open && level > caps.users) return `At most ${count(caps.users)} users as ${role}: lower the load.`;
  if (open && level > caps.rate) return `At most ${count(caps.rate)} requests/s as ${role}: lower the load.`;
  if (seconds !== null && seconds > caps.seconds)
    return `At most ${timeLeft(caps.seconds)} as ${role}: shorten the test.`;
  return null;
}
