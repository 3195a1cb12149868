import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './fetch';

/** How often live figures are asked for, ms. The collectors write every 5 s. */
export const livePoll = 5_000;

/**
 * One client for the page. Old data stays on screen while new data loads or fails; refusals are not tried again,
 * a server that does not answer is.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 4_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        placeholderData: <T>(previous: T | undefined) => previous,
        retry: (failures, error) =>
          failures < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
    },
  });
}
