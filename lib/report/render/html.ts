import type { LeadView } from '@/lib/contracts/lead';
import type { ReportDocument } from '@/lib/contracts/report';
import { leadView } from '../lead/lead';
import { barShares, barText } from './bars';
import type { Section } from './section';
import { sections } from './sections';
import { style } from './style';

/** The report as one file without scripts, links or fonts from elsewhere; light and dark, and fit to print. */
export function renderHtml(document: ReportDocument): string {
  const { title, startedAt, finishedAt, product } = document;
  const environment = [
    ...document.environment.map(({ label, value }) => `${label}: ${value}`),
    ...document.targets.map((t) => `${t.name}: ${t.version ?? t.kind}, ${t.status}`),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(title)}</h1><p class="quiet">${minute(startedAt)} to ${minute(finishedAt)} UTC · ${escapeHtml(`${product.name} ${product.version}`)}</p></header>
${lead(leadView(document))}
<section><h2>Summary</h2>${list(document.summary)}</section>
${sections(document).map(table).join('\n')}
<section><h2>Method</h2>${list(document.method)}</section>
<section><h2>Limits</h2>${list(document.limits)}</section>
<section><h2>Environment</h2>${list(environment)}</section>
<footer class="quiet">Digest of the document (sha256): <code>${escapeHtml(document.digests.document)}</code></footer>
</main>
</body>
</html>
`;
}

/** For who decides and does not tune; the tables follow. */
function lead({ headline, caution, bars, parts }: LeadView): string {
  const drawn = bars.map((bar) => {
    const { before, after } = barShares(bar);
    const title = `${escapeHtml(bar.name)}: <b class="improved">${escapeHtml(bar.gain)}</b>`;
    const line = (y: number, share: number, className: string, text: string) =>
      `<rect class="${className}" y="${y}" width="${share * 80}%" height="12"/><text x="${share * 80 + 1}%" y="${y + 11}">${escapeHtml(text)}</text>`;
    return `<figure><figcaption>${title}</figcaption><svg role="img" aria-label="${escapeHtml(`${bar.before} ${bar.unit} before, ${bar.after} ${bar.unit} after`)}" width="100%" height="30">${line(0, before, 'before', barText(bar, 'before'))}${line(16, after, 'after', barText(bar, 'after'))}</svg></figure>`;
  });
  const texts = parts.map(
    ({ title, lines }) => `<h3>${escapeHtml(title)}</h3>${list(lines.map((l) => l.text))}`,
  );
  const care = caution === null ? '' : `<p>${escapeHtml(caution)}</p>`;
  return `<section class="lead"><h2>In plain words</h2><p class="headline">${escapeHtml(headline)}</p>${care}${drawn.join('')}${texts.join('')}</section>`;
}

function table(section: Section): string {
  const heading = `<h2>${escapeHtml(section.title)}</h2>`;
  if (section.rows.length === 0) return `<section>${heading}<p>${escapeHtml(section.empty)}</p></section>`;
  const attribute = (i: number) => (section.columns[i]?.numeric ? ' class="number"' : '');
  const head = section.columns
    .map((c, i) => `<th scope="col"${attribute(i)}>${escapeHtml(c.name)}</th>`)
    .join('');
  const rows = section.rows
    .map(
      (cells) =>
        `<tr>${cells.map((text, i) => `<td${cellClass(section, text, i)}>${escapeHtml(text)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const note = section.note ? `<p class="quiet">${escapeHtml(section.note)}</p>` : '';
  return `<section>${heading}${note}<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(section.title)}"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

/** Words up to so many letters are not torn in a narrow column. */
const longestWord = 20;
const outcomes = new Set(['improved', 'no difference', 'regressed', 'inconclusive']);

function cellClass(section: Section, text: string, i: number): string {
  if (section.columns[i]?.numeric) return ' class="number"';
  if (section.columns[i]?.name === 'Verdict' && outcomes.has(text))
    return ` class="word ${text.replace(' ', '-')}"`;
  return text.length <= longestWord && !text.includes(' ') ? ' class="word"' : '';
}

const minute = (iso: string) => escapeHtml(iso.slice(0, 16).replace('T', ' '));

const list = (lines: readonly string[]) =>
  `<ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
