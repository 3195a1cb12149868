import { queryOptions } from '@tanstack/react-query';
import type { MarkRecommendationInput } from '@/lib/contracts/recommendation';
import { request } from '../fetch';

export const recommendationsQuery = (stack: string | null) =>
  queryOptions({
    queryKey: ['recommendations', stack],
    queryFn: ({ signal }) =>
      request('recommendations', (a) => a.Recommendations, { query: { stack }, signal }),
    refetchInterval: 60_000,
    enabled: stack !== null,
  });

export const markRecommendation = (body: MarkRecommendationInput) =>
  request('recommendations/mark', (a) => a.Anything, { method: 'POST', body });
