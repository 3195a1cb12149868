'use client';
import { Plus } from 'lucide-react';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Field, Select } from '../ui/field';
import type { LoadForm, ThresholdRow } from './load-form';
import { NumberInput, RemoveButton } from './profile-editor';

const metrics: { value: ThresholdRow['metric']; label: string; unit: string }[] = [
  { value: 'p95', label: 'p95 at most', unit: 'ms' },
  { value: 'p50', label: 'p50 at most', unit: 'ms' },
  { value: 'p90', label: 'p90 at most', unit: 'ms' },
  { value: 'p99', label: 'p99 at most', unit: 'ms' },
  { value: 'average', label: 'average at most', unit: 'ms' },
  { value: 'errors', label: 'errors at most', unit: '%' },
  { value: 'throughput', label: 'throughput at least', unit: '/s' },
];

/** What the run is held to: the objective it is graded by, and thresholds that pass or fail, or stop it. */
export function LimitsEditor({ form, set }: { form: LoadForm; set: (patch: Partial<LoadForm>) => void }) {
  const change = (i: number, patch: Partial<ThresholdRow>) =>
    set({ thresholds: form.thresholds.map((t, k) => (k === i ? { ...t, ...patch } : t)) });
  const names = form.requests.map((r) => (r.name.trim() === '' ? `${r.method} ${r.path}` : r.name));
  return (
    <Card title="Objective and thresholds">
      <div className="grid gap-4">
        <div className="grid max-w-2xl gap-3 sm:grid-cols-2">
          <Field label="Latency objective, ms" hint="the grade is the share of requests that keep it">
            {(p) => (
              <NumberInput {...p} value={form.objectiveMs} onChange={(objectiveMs) => set({ objectiveMs })} />
            )}
          </Field>
          <Field label="Request timeout, s" hint="counted as an error after that">
            {(p) => (
              <NumberInput
                {...p}
                value={form.timeoutSeconds}
                onChange={(timeoutSeconds) => set({ timeoutSeconds })}
              />
            )}
          </Field>
        </div>
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-[var(--after)]"
            checked={form.keepAlive}
            onChange={(e) => set({ keepAlive: e.target.checked })}
          />
          Keep connections open between requests
        </label>
        <fieldset className="grid gap-2">
          <legend className="mb-1 text-sm font-medium">Thresholds</legend>
          {form.thresholds.map((t, i) => (
            <div key={i} className="flex flex-wrap items-center gap-2 text-sm">
              <Select
                aria-label={`Threshold ${i + 1}, endpoint`}
                className="max-w-52"
                value={t.endpoint}
                onChange={(e) => change(i, { endpoint: e.target.value })}
              >
                <option value="">all requests</option>
                {names.map((name, k) => (
                  <option key={k} value={name}>
                    {name}
                  </option>
                ))}
              </Select>
              <Select
                aria-label={`Threshold ${i + 1}, metric`}
                value={t.metric}
                onChange={(e) => {
                  const found = metrics.find((m) => m.value === e.target.value);
                  if (found) change(i, { metric: found.value });
                }}
              >
                {metrics.map((m) => (
                  <option key={m.value} value={m.value}>
                    {m.label}
                  </option>
                ))}
              </Select>
              <NumberInput
                aria-label={`Threshold ${i + 1}, bound`}
                className="w-24"
                value={t.limit}
                onChange={(limit) => change(i, { limit })}
              />
              <span className="text-ink2">{metrics.find((m) => m.value === t.metric)?.unit}</span>
              <label className="flex items-center gap-1.5">
                <input
                  type="checkbox"
                  className="size-4 accent-[var(--after)]"
                  checked={t.stop}
                  onChange={(e) => change(i, { stop: e.target.checked })}
                />
                stop the run when broken for
              </label>
              <NumberInput
                aria-label={`Threshold ${i + 1}, seconds broken before it stops`}
                className="w-16"
                value={t.holdSeconds}
                onChange={(holdSeconds) => change(i, { holdSeconds })}
              />
              <span className="text-ink2">s</span>
              <RemoveButton
                label={`Remove threshold ${i + 1}`}
                onClick={() => set({ thresholds: form.thresholds.filter((_, k) => k !== i) })}
              />
            </div>
          ))}
          <div>
            <Button
              small
              onClick={() =>
                set({
                  thresholds: [
                    ...form.thresholds,
                    { endpoint: '', metric: 'p95', limit: form.objectiveMs, stop: false, holdSeconds: '10' },
                  ],
                })
              }
            >
              <Plus aria-hidden="true" className="size-3.5" /> Add a threshold
            </Button>
          </div>
        </fieldset>
      </div>
    </Card>
  );
}
