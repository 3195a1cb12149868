import { route } from '@/lib/api/route';
import { RecommendationsQuery } from '@/lib/contracts/recommendation';
import { recommendationsOf } from '@/lib/recommend/verbs';

export const GET = route({ role: 'viewer', query: RecommendationsQuery }, ({ store, query }) =>
  recommendationsOf(store, query.stack),
);
