'use client';
import { Plus } from 'lucide-react';
import { useId } from 'react';
import { cx } from '@/lib/client/cx';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { controlClass, Field, Select, TextInput } from '../ui/field';
import { emptyRequest, type LoadForm, type ParameterRow, type RequestRow } from './load-form';
import { NumberInput, RemoveButton } from './profile-editor';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const areaClass = cx(controlClass, 'h-auto min-h-16 w-full py-1.5 font-mono text-xs');

interface EditorProps {
  form: LoadForm;
  set: (patch: Partial<LoadForm>) => void;
}

/** What is sent: endpoints by weight, and the values of their placeholders. */
export function RequestEditor({ form, set }: EditorProps) {
  const change = (i: number, patch: Partial<RequestRow>) =>
    set({ requests: form.requests.map((r, k) => (k === i ? { ...r, ...patch } : r)), edited: true });
  const total = form.requests.reduce((sum, r) => sum + (Number(r.weight) || 0), 0);
  if (form.kind === 'replay') {
    return (
      <Card title="Endpoints" note={`${form.requests.length} kinds of requests`}>
        <p className="text-sm text-ink2">
          A replay sends every recorded request with its own values. Choose another load to change what is
          sent.
        </p>
      </Card>
    );
  }
  return (
    <Card title="Endpoints" note="drawn by weight">
      <ul className="grid gap-3">
        {form.requests.map((r, i) => (
          <li key={i} className="grid gap-2 border-b border-line2 pb-3 last:border-b-0">
            <div className="flex flex-wrap items-center gap-2">
              <Select
                aria-label={`Endpoint ${i + 1}, method`}
                value={r.method}
                onChange={(e) => change(i, { method: methods.find((m) => m === e.target.value) ?? 'GET' })}
              >
                {methods.map((m) => (
                  <option key={m}>{m}</option>
                ))}
              </Select>
              <span className="min-w-40 flex-1">
                <TextInput
                  aria-label={`Endpoint ${i + 1}, path`}
                  className="font-mono text-xs"
                  value={r.path}
                  onChange={(e) => change(i, { path: e.target.value })}
                />
              </span>
              <NumberInput
                aria-label={`Endpoint ${i + 1}, weight`}
                className="w-20"
                value={r.weight}
                onChange={(weight) => change(i, { weight })}
              />
              <span className="w-12 text-right text-xs text-ink2">
                {total > 0 ? `${Math.round(((Number(r.weight) || 0) / total) * 100)}%` : ''}
              </span>
              <RemoveButton
                label={`Remove endpoint ${i + 1}`}
                onClick={() => set({ requests: form.requests.filter((_, k) => k !== i), edited: true })}
              />
            </div>
            <details>
              <summary className="text-xs text-ink2">Name, headers, body, checks</summary>
              <RequestDetails request={r} onChange={(patch) => change(i, patch)} />
            </details>
          </li>
        ))}
      </ul>
      <div className="mt-2">
        <Button small onClick={() => set({ requests: [...form.requests, emptyRequest], edited: true })}>
          <Plus aria-hidden="true" className="size-3.5" /> Add an endpoint
        </Button>
      </div>
      <Parameters form={form} set={set} />
    </Card>
  );
}

function RequestDetails({
  request: r,
  onChange,
}: {
  request: RequestRow;
  onChange: (patch: Partial<RequestRow>) => void;
}) {
  return (
    <div className="mt-2 grid gap-3 sm:grid-cols-2">
      <Field label="Name" hint="shown and compared under this name">
        {(p) => (
          <TextInput
            {...p}
            value={r.name}
            placeholder={`${r.method} ${r.path}`}
            onChange={(e) => onChange({ name: e.target.value })}
          />
        )}
      </Field>
      <Field label="Statuses that are right" hint="200-299, 304; empty: any of 200 to 299, and 304">
        {(p) => <TextInput {...p} value={r.status} onChange={(e) => onChange({ status: e.target.value })} />}
      </Field>
      <Field label="Headers" hint="one a line, name: value">
        {(p) => (
          <textarea
            {...p}
            rows={3}
            className={areaClass}
            value={r.headers}
            onChange={(e) => onChange({ headers: e.target.value })}
          />
        )}
      </Field>
      <Field label="Body" hint="{name} is replaced by a parameter">
        {(p) => (
          <textarea
            {...p}
            rows={3}
            className={areaClass}
            value={r.body}
            onChange={(e) => onChange({ body: e.target.value })}
          />
        )}
      </Field>
      <Field label="Body must include">
        {(p) => (
          <TextInput
            {...p}
            value={r.bodyIncludes}
            onChange={(e) => onChange({ bodyIncludes: e.target.value })}
          />
        )}
      </Field>
      <Field label="Body must match" hint="a regular expression">
        {(p) => (
          <TextInput
            {...p}
            className="font-mono text-xs"
            value={r.bodyMatches}
            onChange={(e) => onChange({ bodyMatches: e.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

function Parameters({ form, set }: EditorProps) {
  const id = useId();
  const change = (i: number, patch: Partial<ParameterRow>) =>
    set({ parameters: form.parameters.map((r, k) => (k === i ? { ...r, ...patch } : r)), edited: true });
  if (form.parameters.length === 0 && !form.requests.some((r) => /\{[A-Za-z_]\w*\}/.test(r.path))) {
    return (
      <p className="mt-3 text-xs text-ink3">A {'{name}'} in a path or body is replaced by a parameter.</p>
    );
  }
  return (
    <div className="mt-4 grid gap-3">
      <h3 className="text-sm font-medium">Parameters</h3>
      {form.parameters.map((p, i) => (
        <div key={i} className="grid gap-1">
          <div className="flex flex-wrap items-center gap-2 text-sm">
            <span className="w-40">
              <TextInput
                aria-label={`Parameter ${i + 1}, name`}
                className="font-mono text-xs"
                value={p.name}
                onChange={(e) => change(i, { name: e.target.value })}
              />
            </span>
            <span id={`${id}-${i}`} className="text-xs text-ink2">
              {p.target === null
                ? `${p.text.split('\n').filter((v) => v !== '').length} values, one a line`
                : `read from ${p.target} when the test starts`}
            </span>
            <RemoveButton
              label={`Remove parameter ${p.name}`}
              onClick={() => set({ parameters: form.parameters.filter((_, k) => k !== i), edited: true })}
            />
          </div>
          <textarea
            aria-label={`Parameter ${p.name}, ${p.target === null ? 'values' : 'statement'}`}
            aria-describedby={`${id}-${i}`}
            rows={2}
            className={areaClass}
            value={p.text}
            onChange={(e) => change(i, { text: e.target.value })}
          />
        </div>
      ))}
      <div>
        <Button
          small
          onClick={() =>
            set({ parameters: [...form.parameters, { name: 'id', text: '1', target: null }], edited: true })
          }
        >
          <Plus aria-hidden="true" className="size-3.5" /> Add a parameter
        </Button>
      </div>
    </div>
  );
}
