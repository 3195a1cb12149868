import { route } from '@/lib/api/route';
import { configurationText } from '@/lib/configure/configuration';
import { ConfigFileQuery } from '@/lib/contracts/configuration';

export const GET = route({ role: 'viewer', query: ConfigFileQuery }, async ({ store, query }) => {
  const text = await configurationText(store, query.stack, query.file);
  const name = query.file.replaceAll(/[^\w.-]/g, '_');
  return new Response(text, {
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  });
});
