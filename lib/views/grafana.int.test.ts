import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { metricNames } from '@/lib/contracts/metrics';
import { parsePrometheus } from '@/lib/observe/collectors/http/prometheus';
import { writeSamples } from '@/lib/observe/series/write';
import type { Store } from '@/lib/store/client';
import { startTestStore } from '@/test/store';
import { prometheusPage } from './prometheus';

const folder = path.resolve(import.meta.dirname, '../../public/grafana');
const files = fs.readdirSync(folder);

const Source = z.object({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) });
/** What Grafana needs of a dashboard to load it without an edit. */
const Dashboard = z.object({
  uid: z.string().startsWith('ratchet-'),
  title: z.string().startsWith('Ratchet: '),
  schemaVersion: z.number().int().min(36),
  templating: z.object({
    list: z.array(
      z.object({ name: z.string(), type: z.string(), definition: z.string().optional(), query: z.unknown() }),
    ),
  }),
  panels: z.array(
    z.object({
      id: z.number().int(),
      title: z.string().min(1),
      datasource: Source,
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ datasource: Source, expr: z.string(), legendFormat: z.string() })).min(1),
    }),
  ),
});
const dashboards = files.map((file) => ({
  file,
  ...Dashboard.parse(JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'))),
}));

let store: Store;
let stop: () => Promise<void>;
/** Names on the page of a store in which every metric has a sample with a label, and the labels each can have. */
const exposed = new Map<string, Set<string>>();

beforeAll(async () => {
  ({ store, stop } = await startTestStore());
  const { targets } = await store.db.stack.create({
    data: {
      name: 's',
      targets: {
        create: {
          ...{ kind: 'postgres', name: 't', address: 'x', sealedConnection: 'x' },
          lastSampleAt: new Date(),
        },
      },
    },
    include: { targets: true },
  });
  const at = new Date();
  await writeSamples(
    store,
    targets[0]?.id ?? 0,
    metricNames.map((metric) => ({ metric, label: 'x', at, value: 1 })),
  );
  for (const { name, labels } of parsePrometheus(await prometheusPage(store, '0')).samples) {
    const known = exposed.get(name) ?? new Set<string>();
    for (const label of Object.keys(labels)) known.add(label);
    exposed.set(name, known);
  }
});
afterAll(() => stop());

/** Names of metrics in a PromQL expression of the forms used here, each with the labels it is asked for. */
function selectors(expr: string): { name: string; labels: string[] }[] {
  const plain = expr.replaceAll(/"[^"]*"/g, '""');
  return [...plain.matchAll(/\b([a-z]\w*_\w+)\b(?!\s*\()(?:\{([^}]*)\})?/g)].flatMap(([, name, inner]) => {
    if (name === undefined || name === 'label_values') return [];
    return [{ name, labels: [...(inner ?? '').matchAll(/(\w+)\s*(?:=~|!=|!~|=)/g)].map((m) => m[1] ?? '') }];
  });
}

it('reads expressions', () => {
  expect(selectors('topk(10, ratchet_a_b{stack="$stack", endpoint!=""} / ratchet_c[5m])')).toEqual([
    { name: 'ratchet_a_b', labels: ['stack', 'endpoint'] },
    { name: 'ratchet_c', labels: [] },
  ]);
});

it.each(dashboards)('$file asks for nothing that /metrics does not expose', (dashboard) => {
  const expressions = [
    ...dashboard.panels.flatMap((p) => p.targets),
    ...dashboard.templating.list.flatMap((v) =>
      v.definition === undefined ? [] : [{ expr: v.definition, legendFormat: '' }],
    ),
  ];
  for (const { expr, legendFormat } of expressions) {
    const asked = selectors(expr);
    expect(asked.length, expr).toBeGreaterThan(0);
    const inLegend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1] ?? '');
    for (const { name, labels } of asked) {
      expect([...exposed.keys()], expr).toContain(name);
      for (const label of [...labels, ...inLegend])
        expect([...(exposed.get(name) ?? [])], `${expr}: ${label}`).toContain(label);
    }
  }
});

it.each(dashboards)('$file takes its data source from a variable, and lays its panels side by side', (d) => {
  const { templating, panels } = d;
  expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
  const variables = new Set(templating.list.map((v) => v.name));
  for (const [, used] of JSON.stringify(panels).matchAll(/\$\{?(\w+)/g)) expect(variables).toContain(used);
  expect(new Set(panels.map((p) => p.id)).size).toBe(panels.length);
  for (const { gridPos: a } of panels) {
    expect(a.x + a.w).toBeLessThanOrEqual(24);
    const over = panels.filter(
      ({ gridPos: b }) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
    );
    expect(over).toHaveLength(1);
  }
});

it('together show every metric there is', () => {
  const shown = new Set(
    dashboards
      .flatMap((d) => d.panels.flatMap((p) => p.targets.flatMap((t) => selectors(t.expr))))
      .map((s) => s.name),
  );
  const missing = [...exposed.keys()].filter((name) => name !== 'ratchet_info' && !shown.has(name));
  expect(missing).toEqual([]);
});
