import { noSuchShare, sharedPage } from '@/lib/report/share/page';
import { openShare } from '@/lib/report/share/shares';
import { getStore } from '@/lib/store/client';

export const dynamic = 'force-dynamic';

/** One report for whoever holds the link; needs no sign-in. */
export async function GET(_request: Request, context: { params: Promise<{ token: string }> }) {
  const { token } = await context.params;
  const share = await openShare(await getStore(), token);
  return share ? sharedPage(share, `/shared/${encodeURIComponent(token)}`) : noSuchShare();
}
