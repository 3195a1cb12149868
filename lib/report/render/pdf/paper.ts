import PDFDocument from 'pdfkit';
import { type Face, fontFiles } from './fonts';

export const colour = {
  ink: '#16181d',
  quiet: '#5b616e',
  line: '#d9dce2',
  band: '#f4f5f7',
  before: '#8a919e',
  after: '#0b63ce',
  bad: '#b3261e',
} as const;

const margin = { top: 64, bottom: 56, left: 48, right: 48 };

/** A4 pages on which text and tables flow, each with a header and its number. */
export class Paper {
  readonly doc: PDFKit.PDFDocument;
  readonly left = margin.left;
  readonly top = margin.top;
  readonly width: number;
  readonly #fonts = fontFiles();

  constructor(readonly heading: { title: string; note: string; createdAt: Date }) {
    this.doc = new PDFDocument({
      size: 'A4',
      margins: margin,
      bufferPages: true,
      // Otherwise the first would be one that is not embedded.
      font: this.#fonts.sans,
      lang: 'en',
      displayTitle: true,
      info: { Title: heading.title, Creator: 'Ratchet', CreationDate: heading.createdAt },
    });
    this.width = this.doc.page.width - margin.left - margin.right;
  }

  /** Sets typeface, size (points) and colour for what follows. */
  style(face: Face, size: number, fill: string = colour.ink): PDFKit.PDFDocument {
    // By its file: under a registered name the default typeface would be read anew each time.
    return this.doc.font(this.#fonts[face]).fontSize(size).fillColor(fill);
  }

  /** Number of the page being written, from 1. */
  get page(): number {
    const { start, count } = this.doc.bufferedPageRange();
    return start + count;
  }

  /** Begins a new page when fewer than so many points are left on this one. */
  room(points: number): void {
    if (this.doc.y + points > this.doc.page.height - margin.bottom) this.doc.addPage();
  }

  paragraph(text: string, o: { face?: Face; size?: number; fill?: string; gap?: number } = {}): void {
    const { face = 'sans', size = 10, fill = colour.ink, gap = 4 } = o;
    this.style(face, size, fill);
    this.room(this.doc.heightOfString(text, { width: this.width }));
    this.doc.text(text, this.left, this.doc.y, { width: this.width });
    this.doc.y += gap;
  }

  bullets(lines: readonly string[]): void {
    for (const line of lines) {
      this.style('sans', 10);
      const width = this.width - 14;
      this.room(this.doc.heightOfString(line, { width }));
      const { y } = this.doc;
      this.doc.circle(this.left + 3, y + 6, 1.5).fill(colour.quiet);
      this.style('sans', 10).text(line, this.left + 14, y, { width });
      this.doc.y += 4;
    }
  }

  /** Writes header and page number on every page, and ends the document. */
  finish(): Promise<Buffer> {
    const { doc, heading } = this;
    const { start, count } = doc.bufferedPageRange();
    for (let i = start; i < start + count; i++) {
      doc.switchToPage(i);
      // Outside of the margins nothing flows to a new page.
      doc.page.margins = { top: 0, bottom: 0, left: 0, right: 0 };
      const right = doc.page.width - this.left;
      this.style('sans', 8, colour.quiet);
      if (i > start)
        doc.text(heading.title, this.left, 32, { width: this.width, lineBreak: false, ellipsis: true });
      doc.text(heading.note, this.left, doc.page.height - 36, { width: this.width - 80, lineBreak: false });
      const number = `${i + 1} of ${count}`;
      doc.text(number, right - doc.widthOfString(number), doc.page.height - 36, { lineBreak: false });
    }
    return new Promise((resolve, reject) => {
      const parts: Buffer[] = [];
      doc.on('data', (part: Buffer) => parts.push(part));
      doc.on('end', () => resolve(Buffer.concat(parts)));
      doc.on('error', reject);
      doc.end();
    });
  }
}
