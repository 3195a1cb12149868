import { eventStream } from '@/lib/api/event-stream';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { trialSummaryOf } from '@/lib/prove/trial/views';
import { pause } from '@/lib/time/pause';

/** `trial` with a TrialSummary whenever it changed, `end` when the trial is over. */
export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params, request }) => {
  await trialSummaryOf(store, params.id);
  return eventStream(request, async (send, signal) => {
    let last = '';
    while (!signal.aborted) {
      const summary = await trialSummaryOf(store, params.id);
      const text = JSON.stringify(summary);
      if (text !== last) send('trial', summary);
      last = text;
      if (summary.state !== 'queued' && summary.state !== 'running') return send('end', summary);
      await pause(500, signal);
    }
  });
});
