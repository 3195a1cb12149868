import { type ReportDocument, reportFormats } from '@/lib/contracts/report';
import { renderReport } from '../render';
import { style } from '../render/style';

const names = { pdf: 'PDF', html: 'HTML', md: 'Markdown', csv: 'CSV', json: 'JSON' } as const;

/** Whoever opens a link is told to nobody, and nothing of it is kept on the way. */
const headers = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
};

/** One report as a page by itself, with its downloads; `path` is that of the link. */
export async function sharedPage(
  share: { document: ReportDocument; expiresAt: Date },
  path: string,
): Promise<Response> {
  const { body } = await renderReport(share.document, 'html');
  const links = reportFormats
    .map((format) => `<a href="${path}/download?format=${format}">${names[format]}</a>`)
    .join(' · ');
  const until = share.expiresAt.toISOString().slice(0, 16).replace('T', ' ');
  const bar = `<main class="bar"><p class="quiet">Shared by a link that works until ${until} UTC. Download: ${links}</p></main>`;
  return new Response(body.toString().replace('<body>', `<body>${bar}`), { headers });
}

/** A report as a file, for who holds the link. */
export async function sharedFile(
  share: { id: number; document: ReportDocument },
  format: (typeof reportFormats)[number],
): Promise<Response> {
  const { body, contentType, extension } = await renderReport(share.document, format);
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    headers: {
      ...headers,
      'content-type': contentType,
      'content-disposition': `attachment; filename="ratchet-report-${share.id}.${extension}"`,
    },
  });
}

/** Says the same of a link that is wrong, has ended or was revoked: whoever guesses learns nothing. */
export function noSuchShare(): Response {
  const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>This link does not work</title><style>${style}</style></head>
<body><main><h1>This link does not work</h1>
<p>It may have ended, been taken back, or been copied in part. Ask whoever sent it for a new one.</p></main></body></html>
`;
  return new Response(page, { status: 404, headers });
}
