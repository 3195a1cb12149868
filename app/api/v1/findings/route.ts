import { z } from 'zod';
import { route } from '@/lib/api/route';
import { FindingState } from '@/lib/contracts/finding';
import { listFindings } from '@/lib/diagnose/verbs';

const Query = z.object({ stack: z.string().optional(), state: FindingState.optional() });

export const GET = route({ role: 'viewer', query: Query }, ({ store, query }) => listFindings(store, query));
