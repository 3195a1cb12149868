import { inflateSync } from 'node:zlib';

/** The objects of a PDF of ours, as text, with their streams inflated. */
export function pdfObjects(pdf: Buffer): string[] {
  const raw = pdf.toString('latin1');
  return [...raw.matchAll(/\d+ 0 obj\n([\s\S]*?)\nendobj/g)].map(([, body = '']) => {
    const stream = /stream\n([\s\S]*?)\nendstream/.exec(body);
    if (!stream?.[1] || !body.includes('/FlateDecode')) return body;
    return body.slice(0, stream.index) + inflateSync(Buffer.from(stream[1], 'latin1')).toString('latin1');
  });
}

/**
 * What a PDF of ours says. Its letters are numbers of glyphs, by typeface; each typeface has a table back to letters. All tables are
 * tried on all texts, and the results stand one after the other: one of them is what is read.
 */
export function pdfText(pdf: Buffer): string {
  const objects = pdfObjects(pdf);
  const shown = objects.flatMap((o) =>
    [...o.matchAll(/\[((?:<[0-9a-f]*>|[-\d.\s])+)\] TJ/gi)].map(([, parts = '']) =>
      [...parts.matchAll(/<([0-9a-f]*)>/gi)].map(([, hex = '']) => hex).join(''),
    ),
  );
  return objects
    .filter((o) => o.includes('begincmap'))
    .map(lettersOf)
    .map((letters) =>
      shown
        .map((hex) =>
          (hex.match(/.{4}/g) ?? []).map((g) => letters.get(Number.parseInt(g, 16)) ?? '').join(''),
        )
        .join(' '),
    )
    .join('\n');
}

function lettersOf(table: string): Map<number, string> {
  const letters = new Map<number, string>();
  for (const [, first = '0', list = ''] of table.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/gi)) {
    [...list.matchAll(/<([0-9a-f]+)>/gi)].forEach(([, hex = ''], i) => {
      const units = (hex.match(/.{4}/g) ?? []).map((u) => Number.parseInt(u, 16));
      letters.set(Number.parseInt(first, 16) + i, String.fromCharCode(...units));
    });
  }
  return letters;
}
