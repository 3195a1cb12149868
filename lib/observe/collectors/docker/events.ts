import type Docker from 'dockerode';
import { z } from 'zod';

/** How far back ends of containers are counted, s. Source: Coroot (restarts in ten minutes). */
const windowSeconds = 600;

const Event = z.object({ Actor: z.object({ ID: z.string() }) });

/**
 * How often each container ended in the last ten minutes, by id. The engine keeps its newest 256 events, so on a
 * lively engine that is a lower bound.
 */
export async function recentEnds(docker: Docker): Promise<Map<string, number>> {
  const until = Math.floor(Date.now() / 1000);
  const filters = JSON.stringify({ type: ['container'], event: ['die'] });
  const stream = await docker.getEvents({ since: until - windowSeconds, until, filters });
  let text = '';
  for await (const chunk of stream) text += chunk.toString();
  const ends = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const { ID } = Event.parse(JSON.parse(line)).Actor;
    ends.set(ID, (ends.get(ID) ?? 0) + 1);
  }
  return ends;
}
