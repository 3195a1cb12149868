import type { LeadView } from '@/lib/contracts/lead';
import type { ReportDocument } from '@/lib/contracts/report';
import { leadView } from '../lead/lead';
import type { Section } from './section';
import { sections } from './sections';

/** The report as GitHub-flavoured Markdown. */
export function renderMarkdown(document: ReportDocument): string {
  const { title, startedAt, finishedAt, product } = document;
  const parts = [
    `# ${inline(title)}`,
    `${startedAt} to ${finishedAt} · ${product.name} ${product.version}`,
    ...lead(leadView(document)),
    '## Summary',
    list(document.summary),
    ...sections(document).flatMap(table),
    '## Method',
    list(document.method),
    '## Limits',
    list(document.limits),
    '## Environment',
    list([
      ...document.environment.map(({ label, value }) => `${label}: ${value}`),
      ...document.targets.map((t) => `${t.name}: ${t.version ?? t.kind}, ${t.status}`),
    ]),
    `Digest of the document (sha256): \`${document.digests.document}\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** For who decides and does not tune. */
function lead({ headline, caution, parts }: LeadView): string[] {
  return [
    '## In plain words',
    inline(headline),
    ...(caution === null ? [] : [inline(caution)]),
    ...parts.flatMap(({ title, lines }) => [`### ${title}`, list(lines.map((l) => l.text))]),
  ];
}

function table(section: Section): string[] {
  const heading = `## ${section.title}`;
  if (section.rows.length === 0) return [heading, section.empty];
  const head = `| ${section.columns.map((c) => c.name).join(' | ')} |`;
  const rule = `| ${section.columns.map((c) => (c.numeric ? '---:' : '---')).join(' | ')} |`;
  const rows = section.rows.map((cells) => `| ${cells.map(inline).join(' | ')} |`);
  return [heading, ...(section.note ? [section.note] : []), [head, rule, ...rows].join('\n')];
}

const list = (lines: readonly string[]) => lines.map((line) => `- ${inline(line)}`).join('\n');

/** Text that stays text: nothing in a name may become markup or end a table cell. */
function inline(text: string): string {
  return text
    .replace(/[\\`*_|<>[\]#]/g, (c) => (c === '<' ? '&lt;' : c === '>' ? '&gt;' : `\\${c}`))
    .replace(/\s+/g, ' ');
}
