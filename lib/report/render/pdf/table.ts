import type { Section } from '../section';
import { colour, type Paper } from './paper';

const size = 7.5;
const pad = 4;
/** A cell of more text than this is cut: no row is higher than a page. */
const mostText = 1200;

/** A table whose rows are not torn and whose head is repeated on each page. */
export function drawTable(paper: Paper, section: Section): void {
  const widths = columnWidths(paper, section);
  drawRow(
    paper,
    section.columns.map((c) => c.name),
    section,
    widths,
    true,
  );
  for (const row of section.rows) drawRow(paper, row, section, widths, false);
  paper.doc.y += 8;
}

function drawRow(
  paper: Paper,
  cells: readonly string[],
  section: Section,
  widths: readonly number[],
  head: boolean,
): void {
  const { doc } = paper;
  const texts = cells.map((text, i) => cellText(text, section.columns[i]));
  paper.style(head ? 'bold' : 'sans', size);
  const height =
    2 * pad +
    Math.max(...texts.map((text, i) => doc.heightOfString(text, { width: (widths[i] ?? 0) - 2 * pad })));
  const page = paper.page;
  paper.room(height);
  if (!head && paper.page !== page) {
    drawRow(
      paper,
      section.columns.map((c) => c.name),
      section,
      widths,
      true,
    );
  }
  const { y } = doc;
  if (head) doc.rect(paper.left, y, paper.width, height).fill(colour.band);
  paper.style(head ? 'bold' : 'sans', size, head ? colour.quiet : colour.ink);
  let x = paper.left;
  texts.forEach((text, i) => {
    const width = widths[i] ?? 0;
    doc.text(text, x + pad, y + pad, {
      width: width - 2 * pad,
      align: section.columns[i]?.numeric ? 'right' : 'left',
    });
    x += width;
  });
  doc
    .moveTo(paper.left, y + height)
    .lineTo(paper.left + paper.width, y + height)
    .lineWidth(0.5)
    .stroke(colour.line);
  doc.x = paper.left;
  doc.y = y + height;
}

/** Figures stand on one line with their units. */
function cellText(text: string, column: Section['columns'][number] | undefined): string {
  if (column?.numeric && /\d/.test(text)) return text.replaceAll(' ', '\u00a0');
  return text.length > mostText ? `${text.slice(0, mostText)}…` : text;
}

/**
 * Columns share the width by what they hold: none narrower than its longest word (within what the page allows), the rest by
 * the square root of their longest text. Short tables that need less spread over the width.
 */
function columnWidths(paper: Paper, { columns, rows }: Section): number[] {
  const { doc, width } = paper;
  const texts = columns.map((c, i) => [c.name, ...rows.map((r) => cellText(r[i] ?? '', c))]);
  paper.style('bold', size);
  const longestWord = texts.map((column) => {
    const words = column.flatMap((text) => text.split(/[ \n\t]+/)).map((word) => doc.widthOfString(word));
    return Math.max(...words) + 2 * pad + 1;
  });
  // Only the words that are too long to stand in full are broken: names of statements, not "proposed".
  let most = width / 4;
  const narrowest = () => longestWord.map((w) => Math.min(w, most));
  while (narrowest().reduce((a, b) => a + b, 0) > width) most *= 0.9;
  const least = narrowest();
  const longest = texts.map((column) =>
    Math.max(...column.map((text) => doc.widthOfString(text.slice(0, 400)))),
  );
  // Where every text fits in one line, columns stand evenly apart.
  const natural = longest.map((w) => w + 2 * pad + 1);
  const free = width - natural.reduce((a, b) => a + b, 0);
  if (free >= 0) return natural.map((w) => w + free / natural.length);
  const narrow = least.reduce((a, b) => a + b, 0);
  const wants = longest.map((w, i) => Math.sqrt(Math.max(0, w + 2 * pad - (least[i] ?? 0))));
  const total = wants.reduce((a, b) => a + b, 0) || 1;
  const spare = width - narrow;
  return least.map((w, i) => w + ((wants[i] ?? 0) / total) * spare);
}
