import { test as base, expect, type Page } from '@playwright/test';
import { type Person, stateFile } from '../setup/people';

const folder = () => process.env.RATCHET_E2E_DIR ?? '';

/** Tests run as `person`, an admin unless they say otherwise; `null` is nobody. Each fails on an error in the page. */
export const test = base.extend<{ person: Person | null; quiet: undefined }>({
  person: ['admin', { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: the runner reads the fixtures from the pattern
  baseURL: async ({}, use) => use(process.env.RATCHET_E2E_URL),
  storageState: async ({ person }, use) => use(person === null ? undefined : stateFile(folder(), person)),
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await use(undefined);
      expect(errors, 'errors in the page').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** An answer of the API as the person of the page. */
export async function api<T>(page: Page, path: string): Promise<T> {
  // A kept-alive connection may end just as it is used again; browsers send a GET once more then, and so does this.
  const response = await page.request.get(`/api/v1/${path}`, { maxRetries: 2 });
  expect(response.status(), `GET ${path}`).toBe(200);
  return (await response.json()) as T;
}

/** A mutation as the browser sends it, with its origin. */
export function post(page: Page, path: string, data: unknown = {}) {
  return page.request.post(`/api/v1/${path}`, {
    data,
    headers: { origin: process.env.RATCHET_E2E_URL ?? '' },
  });
}

export interface FindingAnswer {
  number: number;
  id: string;
  title: string;
  changes: { id: number; title: string; state: string }[];
}

/** The first open finding with a change that can be proved, once the worker has diagnosed the demo. */
export async function provable(page: Page): Promise<FindingAnswer> {
  let found: FindingAnswer | undefined;
  await expect
    .poll(
      async () => {
        const all = await api<FindingAnswer[]>(page, 'findings?stack=demo&state=open');
        found = all.find((f) => f.changes.some((c) => ['proposed', 'rolled-back'].includes(c.state)));
        return found !== undefined;
      },
      { message: 'a finding with a change that can be proved', timeout: 240_000, intervals: [1_000] },
    )
    .toBe(true);
  return found as FindingAnswer;
}
