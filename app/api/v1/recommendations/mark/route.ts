import { route } from '@/lib/api/route';
import { MarkRecommendationInput } from '@/lib/contracts/recommendation';
import { markRecommendation } from '@/lib/recommend/verbs';

export const POST = route({ role: 'operator', body: MarkRecommendationInput }, ({ store, actor, body }) =>
  markRecommendation(store, actor, body),
);
