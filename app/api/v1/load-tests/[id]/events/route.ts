import { eventStream } from '@/lib/api/event-stream';
import { route } from '@/lib/api/route';
import { IdPath } from '@/lib/contracts/api';
import { loadTestView, resourcesAfter, ticksAfter } from '@/lib/load/tests/views';
import { pause } from '@/lib/time/pause';

/** The samples of targets come every 5 s; they are looked for this often, in turns of the loop. */
const resourceTurns = 4;

/** `test` whenever the view changed, `tick` with each second from the first on, `resource` with each sample, `end` when it is over. */
export const GET = route({ role: 'viewer', params: IdPath }, async ({ store, params: { id }, request }) => {
  await loadTestView(store, id);
  return eventStream(request, async (send, signal) => {
    let last = '';
    let tick = -1;
    let sampled = 0;
    for (let turn = 0; !signal.aborted; turn++) {
      const view = await loadTestView(store, id);
      for (const next of await ticksAfter(store, id, tick)) {
        send('tick', next);
        tick = next.t;
      }
      if (turn % resourceTurns === 0) {
        for (const point of await resourcesAfter(store, view, sampled)) {
          send('resource', point);
          sampled = Math.max(sampled, point.t);
        }
      }
      const text = JSON.stringify(view);
      if (text !== last) send('test', view);
      last = text;
      if (view.state !== 'queued' && view.state !== 'running') {
        send('end', view);
        return;
      }
      await pause(500, signal);
    }
  });
});
