import { eventStream } from '@/lib/api/event-stream';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { jobEvents, jobView } from '@/lib/jobs/queue';
import { pause } from '@/lib/time/pause';

/** `line` for each event of the job, `progress` when it moved, `end` with the job when it is over. */
export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params, request }) => {
  await jobView(store, params.id);
  return eventStream(request, async (send, signal) => {
    let after: string | undefined;
    let last = '';
    while (!signal.aborted) {
      const job = await jobView(store, params.id);
      for (const event of await jobEvents(store, params.id, after)) {
        send('line', event);
        after = event.id;
      }
      const progress = JSON.stringify(job.progress);
      if (job.progress && progress !== last) send('progress', job.progress);
      last = progress;
      if (job.state !== 'queued' && job.state !== 'running') return send('end', job);
      await pause(500, signal);
    }
  });
});
