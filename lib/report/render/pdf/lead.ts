import type { LeadView } from '@/lib/contracts/lead';
import { barShares, barText } from '../bars';
import { colour, type Paper } from './paper';

const bar = { height: 8, gap: 3, share: 0.7 };

/** The first pages, for who decides and does not tune: what it is about, drawn and in plain words. */
export function drawLead(paper: Paper, { headline, caution, bars, parts }: LeadView): void {
  const { doc } = paper;
  paper.paragraph(headline, { face: 'bold', size: 13, gap: 8 });
  if (caution !== null) paper.paragraph(caution, { fill: colour.bad, gap: 8 });
  for (const item of bars) {
    const shares = barShares(item);
    paper.room(2 * (bar.height + bar.gap) + 18);
    paper.style('sans', 9).text(`${item.name}: ${item.gain}`, paper.left, doc.y, {
      width: paper.width,
      height: 12,
      ellipsis: true,
    });
    for (const arm of ['before', 'after'] as const) {
      const { y } = doc;
      const width = Math.max(shares[arm] * paper.width * bar.share, 0.5);
      doc.rect(paper.left, y, width, bar.height).fill(colour[arm]);
      paper.style('sans', 8).text(barText(item, arm), paper.left + width + 5, y - 1, { lineBreak: false });
      doc.y = y + bar.height + bar.gap;
    }
    doc.y += 5;
  }
  doc.x = paper.left;
  for (const { title, lines } of parts) {
    paper.room(40);
    doc.y += 4;
    paper.paragraph(title, { face: 'bold', size: 11, gap: 3 });
    paper.bullets(lines.map((line) => line.text));
  }
}
