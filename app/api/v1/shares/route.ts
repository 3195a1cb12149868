import { route } from '@/lib/api/route';
import { listShares } from '@/lib/report/share/shares';

export const GET = route({ role: 'operator' }, ({ store }) => listShares(store));
