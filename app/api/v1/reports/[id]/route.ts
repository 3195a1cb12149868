import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { reportDocument } from '@/lib/views/reports';

export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params }) => ({
  id: params.id,
  ...(await reportDocument(store, params.id)),
}));
