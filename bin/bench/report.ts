import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type BrowserContext, chromium } from '@playwright/test';
import { z } from 'zod';
import { freePort } from '@/lib/services/free-port';
import { quantile } from '@/lib/stats/quantile';
import { keyFromFile } from '@/lib/store/installation-key';
import { chromiumPath } from '@/test/chromium';
import { startRatchet } from '@/test/start';
import { startTestStore } from '@/test/store';
import { fillForReport, type Measured } from './report-store';
import type { BenchResult } from './result';

const size = { trials: 50, loadTests: 10 };
const mostOpenMs = 1_000;
const mostPdfMs = 10_000;
const [visits, prints] = [7, 3];
/** Of a request, ms: on a busy machine what is measured takes longer, and is still measured. */
const timeout = 300_000;
/** What a page is seen by to be whole: its last section; for a page without any, that it has a body. */
const [whole, blank] = [
  { selector: 'h2', text: 'Limits' },
  { selector: 'body', text: '' },
];

const Created = z.object({ reportId: z.number() });

/**
 * Measures a report of 50 trials and 10 load tests in a running product with a store of its own: writing it, what its page is
 * made of, the page in the browser until its last section is drawn, beside a blank page of the same server in
 * the same run, and the PDF.
 */
export async function benchReport(): Promise<BenchResult> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-report-bench-'));
  const test = await startTestStore();
  let product: ReturnType<typeof startRatchet> | undefined;
  try {
    const measured = await fillForReport(test.store, keyFromFile(dataDir), size);
    const env = { RATCHET_DATA_DIR: dataDir, DATABASE_URL: test.url, PORT: String(await freePort()), CI: '' };
    product = startRatchet(env);
    const [, link = ''] = await product.until(/(http:\S+\/sign-in\/\S+)/);
    return await look(new URL(link), measured);
  } finally {
    product?.child.kill('SIGTERM');
    await product?.ended;
    await test.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

async function look({ origin, pathname }: URL, measured: Measured): Promise<BenchResult> {
  const browser = await chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const signedIn = await browser.newContext();
    const { request } = signedIn;
    const post = async (to: string, data: object) => {
      const sent = { data, headers: { origin }, timeout };
      const answer = await request.post(`${origin}/api/v1/${to}`, sent);
      if (!answer.ok()) throw new Error(`${to} was refused: ${await answer.text()}`);
      return answer.json();
    };
    const get = async (of: string) => {
      const answer = await request.get(`${origin}${of}`, { timeout });
      if (!answer.ok()) throw new Error(`GET ${of}: ${answer.status()}`);
      return answer.body();
    };
    await post('sign-in', { token: pathname.split('/').pop() });
    const writing = new Clock();
    const { reportId } = Created.parse(
      await writing.of(() => post('reports', { about: 'picked', ...measured })),
    );
    const viewport = { width: 1280, height: 800 };
    const open = async (of: string, what: typeof whole) =>
      drawn(
        await browser.newContext({ storageState: await signedIn.storageState(), viewport }),
        origin + of,
        what,
      );

    const [page, api] = [`/reports/${reportId}`, `/api/v1/reports/${reportId}`];
    const [html, json, opening, nothing, pdf] = [
      new Clock(),
      new Clock(),
      new Clock(),
      new Clock(),
      new Clock(),
    ];
    let short = 0;
    // Taken in turn, so that a busy machine hits all alike.
    for (let i = 0; i <= visits; i++) {
      await html.of(() => get(page));
      short = (await json.of(() => get(`${api}?rounds=no`))).length;
      nothing.took.push(await open('/api/v1/health', blank));
      opening.took.push(await open(page, whole));
    }
    let printed = 0;
    for (let i = 0; i <= prints; i++)
      printed = (await pdf.of(() => get(`${api}/download?format=pdf`))).length;
    const kept = (await get(`${api}/download?format=json`)).length;

    const goals = [opening.median() <= mostOpenMs, pdf.median() <= mostPdfMs];
    const [quick, made] = goals.map((ok) => (ok ? '✓' : '✗'));
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    const MB = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    const row = (what: string, figure: string, goal = '', ok = '') => [what, figure, goal, ok];
    return {
      failed: goals.filter((ok) => !ok).length,
      rows: [
        row('report', `${size.trials} trials, ${size.loadTests} load tests, ${MB(kept)} with its rounds`),
        row('  writing it', ms(writing.took[0] ?? Number.NaN)),
        row('  page: HTML from the server', ms(html.median())),
        row('  page: the document without rounds', `${ms(json.median())}, ${MB(short)}`),
        row('  page until its last section is drawn', ms(opening.median()), `≤ ${ms(mostOpenMs)}`, quick),
        row('  a blank page of the same server', ms(nothing.median())),
        row('  PDF', `${ms(pdf.median())}, ${MB(printed)}`, `≤ ${ms(mostPdfMs)}`, made),
      ],
    };
  } finally {
    await browser.close();
  }
}

/** Times of the same work, ms. */
class Clock {
  readonly took: number[] = [];

  async of<T>(work: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const done = await work();
    this.took.push(performance.now() - since);
    return done;
  }

  /** Without the first, which warms server and disk. */
  median(): number {
    return quantile(
      this.took.slice(1).toSorted((a, b) => a - b),
      0.5,
    );
  }
}

/** Opens an address in a browser with an empty cache. Returns when, ms since it was asked for, what is looked for was painted. */
async function drawn(context: BrowserContext, url: string, what: typeof whole): Promise<number> {
  try {
    const page = await context.newPage();
    // No function in it has a name: what runs this file wraps those in a helper that a page does not have.
    await page.addInitScript(({ selector, text }) => {
      const timer = setInterval(() => {
        if (![...document.querySelectorAll(selector)].some((e) => e.textContent?.startsWith(text))) return;
        clearInterval(timer);
        // What is in the document now is painted with the next frame.
        requestAnimationFrame(() => Object.assign(window, { drawnAt: performance.now() }));
      }, 4);
    }, what);
    await page.goto(url, { waitUntil: 'commit' });
    const at = await page.waitForFunction(() => Reflect.get(window, 'drawnAt'), null, { timeout });
    return z.number().parse(await at.jsonValue());
  } finally {
    await context.close();
  }
}
