import { operations } from '../lib/api/contract';
import { api, expect, test } from './lib/test';

/** What to ask where a call needs more than a stack. */
const day = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date().toISOString() };
const queries: Record<string, Record<string, string>> = {
  '/series': { metric: 'pg.connections', ...day },
  '/marks': day,
};
/** Held to the contract where there is something to ask for: 12-load.spec.ts. */
const elsewhere = ['/load-tests/compare'];
const firstOf: Record<string, string> = {
  '/changes/{id}': 'changes',
  '/trials/{id}': 'trials',
  '/reports/{id}': 'reports',
  '/reports/{id}/lead': 'reports',
  '/reports/{id}/what-if': 'reports',
  '/jobs/{id}': 'passes',
};

test('every answer of the API is as its contract says', async ({ page }) => {
  test.setTimeout(120_000);
  const { statements } = await api<{ statements: { queryId: string; query: string }[] }>(
    page,
    'database/statements?stack=demo',
  );
  const read = statements.find((s) => /^select id, user_id from sessions/i.test(s.query));
  queries['/database/plan'] = { statement: read?.queryId ?? '' };
  const [report] = await api<{ id: number }[]>(page, 'reports?stack=demo');
  queries['/reports/compare'] = { before: String(report?.id), after: String(report?.id) };
  let asked = 0;
  for (const [key, { answer }] of Object.entries(operations)) {
    const [method, path = ''] = key.split(' ');
    if (method !== 'GET' || typeof answer === 'string' || elsewhere.includes(path)) continue;
    let at = path;
    if (path.includes('{')) {
      const list = firstOf[path];
      if (list === undefined) continue;
      const [first] = await api<{ id: number }[]>(page, `${list}?stack=demo`);
      expect(first, `${list} has one to ask for`).toBeDefined();
      at = path.replace('{id}', String(first?.id));
    }
    const query = new URLSearchParams({ stack: 'demo', ...queries[path] });
    const response = await page.request.get(`/api/v1${at}?${query}`);
    expect(response.status(), key).toBe(200);
    const parsed = answer.safeParse(await response.json());
    expect(parsed.error?.issues ?? [], key).toEqual([]);
    asked++;
  }
  expect(asked).toBeGreaterThan(20);
});

test('the contract is to be had as OpenAPI, and the values as a Prometheus page', async ({
  page,
  browser,
}) => {
  const document = await (await page.request.get('/api/v1/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/changes/{id}/prove');
  const metrics = await page.request.get('/metrics');
  expect(metrics.headers()['content-type']).toContain('version=0.0.4');
  const text = await metrics.text();
  expect(text).toMatch(/^ratchet_target_up\{stack="demo",target="demo-postgres",kind="postgres"\} 1$/m);
  expect(text).toMatch(/^ratchet_pg_connections\{stack="demo",target="demo-postgres"\} [\d.]+$/m);
  const nobody = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  expect((await nobody.request.get(metrics.url())).status()).toBe(401);
  await nobody.close();
});
