import { describe, expect, it } from 'vitest';
import { freezeReport } from '@/lib/report/freeze';
import { pdfObjects as objects } from '@/test/pdf-text';
import { reportFacts } from '@/test/report-facts';
import { renderPdf } from '.';

const pagesOf = (all: string[]) => all.filter((o) => /\/Type \/Page\b/.test(o)).length;

describe('a report as PDF', () => {
  it('is paged, with contents that lead to their pages and bookmarks for all parts', async () => {
    const pdf = await renderPdf(freezeReport(reportFacts()));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    const all = objects(pdf);
    const titles = [
      'Effects',
      'Score',
      'Before and after',
      'Changes',
      'Trials',
      'Load tests',
      'What the load tests say',
      'Endpoints under load',
      'Findings',
      'Cache performance',
      'Memory per container and server',
      'Connections and pools',
      'Data volumes',
      'Monitoring',
      'Alert rules',
      'Not measured',
      'Method',
      'Limits',
      'Environment',
    ];
    const bookmarks = all.flatMap((o) => /\/Title \(([^)]*)\)/.exec(o)?.[1] ?? []);
    for (const title of titles) expect(bookmarks).toContain(title);
    expect(all.filter((o) => o.includes('/Subtype /Link'))).toHaveLength(titles.length);
    const leads = all.flatMap((o) => /\/S \/GoTo\s+\/D \((part-\d+)\)/.exec(o)?.[1] ?? []);
    expect(leads).toHaveLength(titles.length);
    for (const name of leads)
      expect(
        all.some((o) => o.includes(`(${name}) [`)),
        name,
      ).toBe(true);
    expect(pagesOf(all)).toBeGreaterThanOrEqual(2);
  });

  it('repeats the head of a long table, and cuts a text that no page could hold', async () => {
    const facts = reportFacts();
    const long = Array.from({ length: 150 }, (_, i) => ({
      what: `thing ${i}`,
      why: 'it was not tried '.repeat(9),
    }));
    const short = objects(await renderPdf(freezeReport({ ...facts, notMeasured: long.slice(0, 1) })));
    const many = objects(await renderPdf(freezeReport({ ...facts, notMeasured: long })));
    expect(pagesOf(many)).toBeGreaterThan(pagesOf(short) + 2);
    const huge = [{ what: 'one', why: 'x '.repeat(50_000) }];
    const cut = objects(await renderPdf(freezeReport({ ...facts, notMeasured: huge })));
    expect(pagesOf(cut)).toBeLessThanOrEqual(pagesOf(short) + 1);
  });

  it('is made of a report of fifty trials', async () => {
    const facts = reportFacts();
    const [trial] = facts.trials.filter((t) => t.kind === 'change');
    const trials = Array.from({ length: 50 }, (_, i) => ({ ...trial!, id: 100 + i, title: `Trial ${i}` }));
    const report = freezeReport({ ...facts, trials, changes: [] });
    expect(report.trials.filter((t) => t.verdict !== null)).toHaveLength(50);
    const pdf = await renderPdf(report);
    expect(pagesOf(objects(pdf))).toBeGreaterThan(5);
  });
});
