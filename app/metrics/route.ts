import { route } from '@/lib/api/route';
import { prometheusPage } from '@/lib/views/prometheus';
import packageJson from '@/package.json';

/** For Prometheus, with the bearer token of a viewer. */
export const GET = route({ role: 'viewer' }, async ({ store }) => {
  const page = await prometheusPage(store, packageJson.version);
  return new Response(page, {
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' },
  });
});
