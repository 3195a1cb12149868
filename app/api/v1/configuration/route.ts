import { route } from '@/lib/api/route';
import { configurationOf } from '@/lib/configure/configuration';
import { ConfigurationQuery } from '@/lib/contracts/configuration';

export const GET = route({ role: 'viewer', query: ConfigurationQuery }, ({ store, query }) =>
  configurationOf(store, query.stack),
);
