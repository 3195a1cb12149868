import { route } from '@/lib/api/route';
import { listAudit } from '@/lib/views/audit';

export const GET = route({ role: 'admin' }, ({ store }) => listAudit(store));
