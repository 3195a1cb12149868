import { route } from '@/lib/api/route';
import { verifyChain } from '@/lib/store/chain/verify';

export const GET = route({ role: 'viewer' }, ({ store }) => verifyChain(store));
