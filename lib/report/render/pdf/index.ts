import { setImmediate } from 'node:timers/promises';
import type { ReportDocument } from '@/lib/contracts/report';
import { leadView } from '../../lead/lead';
import { sections } from '../sections';
import { drawForest } from './forest';
import { drawLead } from './lead';
import { colour, Paper } from './paper';
import { drawTable } from './table';

/** Least height in which the summary begins, points. */
const summaryRoom = 240;
/** Height of a line of the contents, points. */
const contentsLine = 15;

/** The report as paged A4: contents whose lines lead to their pages, a header, page numbers, bookmarks. */
export async function renderPdf(report: ReportDocument): Promise<Buffer> {
  const paper = new Paper({
    title: report.title,
    note: `${report.product.name} ${report.product.version} · every figure follows from the rounds in the JSON file`,
    createdAt: new Date(report.finishedAt),
  });
  const { doc } = paper;
  paper.paragraph(report.title, { face: 'bold', size: 22, gap: 6 });
  paper.paragraph(`Stack ${report.stack} · ${day(report.startedAt)} to ${day(report.finishedAt)} UTC`, {
    fill: colour.quiet,
    gap: 16,
  });
  drawLead(paper, leadView(report));
  const parts = partsOf(report);
  // The first pages stand for themselves; where they end early, what follows begins on the same page.
  paper.room(summaryRoom);
  doc.y += doc.y > paper.top ? 16 : 0;
  paper.paragraph('Summary', { face: 'bold', size: 14, gap: 6 });
  paper.bullets(report.summary);
  doc.y += 8;
  paper.room(contentsLine * (parts.length + 2));
  paper.paragraph('Contents', { face: 'bold', size: 14, gap: 6 });
  const contents = { page: paper.page - 1, y: doc.y };
  doc.addPage();

  const pages: number[] = [];
  for (const [i, { title, draw }] of parts.entries()) {
    // A long report takes seconds, in which others are answered.
    await setImmediate();
    paper.room(120);
    doc.y += i === 0 ? 0 : 10;
    doc.addNamedDestination(anchor(i), 'XYZ', paper.left, doc.y, null);
    doc.outline.addItem(title);
    pages.push(paper.page);
    paper.paragraph(title, { face: 'bold', size: 14, gap: 6 });
    draw(paper);
  }

  doc.switchToPage(contents.page);
  parts.forEach(({ title }, i) => {
    const y = contents.y + i * contentsLine;
    const number = String(pages[i]);
    paper.style('sans', 10);
    doc.text(title, paper.left, y, { lineBreak: false, goTo: anchor(i) });
    doc.text(number, paper.left + paper.width - doc.widthOfString(number), y, { lineBreak: false });
    doc
      .moveTo(paper.left + doc.widthOfString(title) + 6, y + 9)
      .lineTo(paper.left + paper.width - doc.widthOfString(number) - 6, y + 9)
      .lineWidth(0.5)
      .dash(1, { space: 3 })
      .stroke(colour.before)
      .undash();
  });
  return paper.finish();
}

interface Part {
  title: string;
  draw(paper: Paper): void;
}

function partsOf(report: ReportDocument): Part[] {
  const environment = [
    ...report.environment.map(({ label, value }) => `${label}: ${value}`),
    ...report.targets.map((t) => `${t.name}: ${t.version ?? t.kind}, ${t.status}`),
  ];
  const judged = report.trials.some((t) => t.kind !== 'aa' && t.verdict !== null);
  return [
    ...(judged ? [{ title: 'Effects', draw: (paper: Paper) => drawForest(paper, report) }] : []),
    ...sections(report).map((section) => ({
      title: section.title,
      draw(paper: Paper) {
        if (section.note) paper.paragraph(section.note, { size: 9, fill: colour.quiet });
        if (section.rows.length === 0) paper.paragraph(section.empty);
        else drawTable(paper, section);
      },
    })),
    { title: 'Method', draw: (paper) => paper.bullets(report.method) },
    { title: 'Limits', draw: (paper) => paper.bullets(report.limits) },
    {
      title: 'Environment',
      draw(paper) {
        paper.bullets(environment);
        paper.paragraph(`Digest of the document (sha256): ${report.digests.document}`, {
          face: 'mono',
          size: 7.5,
          fill: colour.quiet,
        });
      },
    },
  ];
}

const anchor = (i: number) => `part-${i + 1}`;
const day = (iso: string) => iso.slice(0, 16).replace('T', ' ');
