import { DownloadQuery } from '@/lib/contracts/report';
import { noSuchShare, sharedFile } from '@/lib/report/share/page';
import { openShare } from '@/lib/report/share/shares';
import { getStore } from '@/lib/store/client';

export const dynamic = 'force-dynamic';

/** The report of a link as a file. */
export async function GET(request: Request, context: { params: Promise<{ token: string }> }) {
  const query = DownloadQuery.safeParse(Object.fromEntries(new URL(request.url).searchParams));
  const { token } = await context.params;
  const share = query.success ? await openShare(await getStore(), token) : null;
  return share && query.success ? sharedFile(share, query.data.format) : noSuchShare();
}
