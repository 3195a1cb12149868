import { chromium, type Page } from '@playwright/test';
import { chromiumPath } from '@/test/chromium';
import type { BenchResult } from './result';

const mostJs = 180_000;
const mostLcpMs = 1_000;
const runs = 7;

interface Visit {
  /** Largest contentful paint, ms; null when the browser saw none. */
  lcp: number | null;
  /** Cumulative layout shift. */
  shift: number;
  /** Compressed bytes of scripts: those in the page itself, and all that came within the first seconds. */
  first: number;
  all: number;
}

/**
 * Measures the overview of a running product in the browser, beside a blank page of it in the same run: JavaScript over
 * the wire, largest contentful paint, layout shift. `link` is a one-time sign-in link. Each visit is of an empty cache.
 */
export async function benchPages(link: string): Promise<BenchResult> {
  const { origin, pathname } = new URL(link);
  const browser = await chromium.launch({
    ...(chromiumPath && { executablePath: chromiumPath }),
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
  try {
    const signedIn = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const answer = await signedIn.request.post(`${origin}/api/v1/sign-in`, {
      data: { token: pathname.split('/').pop() },
      headers: { origin },
    });
    if (!answer.ok()) throw new Error(`the link was refused: ${await answer.text()}`);
    const storageState = await signedIn.storageState();
    const visit = async (path: string): Promise<Visit> => {
      const context = await browser.newContext({ storageState, viewport: { width: 1280, height: 800 } });
      try {
        return await measure(await context.newPage(), origin + path);
      } finally {
        await context.close();
      }
    };
    // Taken in turn, so that a busy machine hits both alike. The first visit warms the server and is left out.
    await visit('/');
    const overview: Visit[] = [];
    const blank: Visit[] = [];
    for (let i = 0; i < runs; i++) {
      blank.push(await visit('/api/v1/health'));
      overview.push(await visit('/'));
    }
    const median = (visits: Visit[], of: (v: Visit) => number) =>
      visits.map(of).toSorted((a, b) => a - b)[Math.floor(runs / 2)] ?? Number.NaN;
    const lcp = median(overview, (v) => v.lcp ?? Number.NaN);
    const [first, all] = [median(overview, (v) => v.first), median(overview, (v) => v.all)];
    const shift = Math.max(...overview.map((v) => v.shift));
    const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
    const [light, quick, still] = [first <= mostJs, lcp <= mostLcpMs, shift < 0.01];
    const sign = (ok: boolean) => (ok ? '✓' : '✗');
    return {
      failed: [light, quick, still].filter((ok) => !ok).length,
      rows: [
        ['overview', `${runs} visits with an empty cache, median`, '', ''],
        ['  JavaScript of the page itself', kB(first), `≤ ${kB(mostJs)}`, sign(light)],
        ['  with what it fetches afterwards', kB(all), '', ''],
        ['  largest contentful paint', `${lcp.toFixed(0)} ms`, `≤ ${mostLcpMs} ms`, sign(quick)],
        ['  of a blank page', `${median(blank, (v) => v.lcp ?? Number.NaN).toFixed(0)} ms`, '', ''],
        ['  layout shift, largest', shift.toFixed(3), '< 0.01', sign(still)],
      ],
    };
  } finally {
    await browser.close();
  }
}

async function measure(page: Page, url: string): Promise<Visit> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const scripts = new Map<string, { url: string; bytes: number }>();
  client.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') scripts.set(requestId, { url: response.url, bytes: 0 });
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const script = scripts.get(requestId);
    if (script) script.bytes = encodedDataLength;
  });
  await page.addInitScript(() => {
    const seen = { lcp: null as number | null, shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value } = entry.toJSON() as { value: number };
        seen.shift += value;
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(url, { waitUntil: 'load' });
  await page.waitForTimeout(4_000);
  const { lcp, shift, tags } = await page.evaluate(() => ({
    ...(Reflect.get(window, 'seen') as { lcp: number | null; shift: number }),
    tags: [...document.querySelectorAll<HTMLScriptElement>('script[src]:not([nomodule])')].map((s) => s.src),
  }));
  const html = await (await page.request.get(url)).text();
  const sum = (list: { bytes: number }[]) => list.reduce((total, s) => total + s.bytes, 0);
  const all = [...scripts.values()];
  // What the page as it was sent names; what scripts add later is fetched afterwards.
  const named = new Set(tags.filter((src) => html.includes(new URL(src).pathname)));
  return { lcp, shift, first: sum(all.filter((s) => named.has(s.url))), all: sum(all) };
}
