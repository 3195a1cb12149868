import { setTimeout as pause } from 'node:timers/promises';
import { memoryFacts, proposedLimit } from '@/lib/diagnose/rules/docker/memory-proposal';
import { workingSet } from '@/lib/observe/collectors/docker/memory';
import { listRunning, nameOf, readStats } from '@/lib/observe/collectors/docker/stats';
import { quantile } from '@/lib/stats/quantile';
import { connectDocker } from '@/lib/targets/docker/connect';

const everyMs = 5_000;

export interface MemoryFigures {
  containers: number;
  /** Bytes; without a limit all memory of the machine is reserved. */
  reservedBefore: number;
  reservedAfter: number;
  /** Highest working set of all containers together under their limits, bytes. */
  peak: number;
  oomKills: number;
  /** Containers that ended for another reason. */
  ended: number;
}

/**
 * The demo's containers without limits, watched for half of the time, then with the limits that Ratchet works out of what was
 * seen, for the whole of it; `load` runs meanwhile.
 */
export async function containersUnderLimits(
  o: { socket: string; prefix: string; minutes: number },
  load: (seconds: number) => Promise<unknown>,
): Promise<MemoryFigures> {
  const docker = connectDocker({ kind: 'docker', socket: o.socket }, 20_000);
  const running = await listRunning(docker, o.prefix);
  const { MemTotal: machine } = (await docker.info()) as { MemTotal: number };
  const limitsOf = async () =>
    (await Promise.all(running.map((c) => docker.getContainer(c.Id).inspect()))).map(
      (c) => c.HostConfig.Memory || machine,
    );
  const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

  /** Working sets while the load runs, by container. */
  const watched = async (seconds: number) => {
    const seen = new Map<string, number[]>();
    let over = false;
    const work = load(seconds).finally(() => {
      over = true;
    });
    while (!over) {
      for (const reading of await readStats(docker, running, new AbortController().signal)) {
        const bytes = workingSet(reading.memory);
        if (bytes !== null) seen.set(reading.name, [...(seen.get(reading.name) ?? []), bytes]);
      }
      await Promise.race([pause(everyMs), work]);
    }
    await work;
    return seen;
  };

  const reservedBefore = sum(await limitsOf());
  const free = await watched((o.minutes * 60) / 2);
  for (const container of running) {
    const sorted = (free.get(nameOf(container.Names)) ?? []).toSorted((a, b) => a - b);
    if (sorted.length === 0) throw new Error(`no reading of ${nameOf(container.Names)}`);
    const window = { p99: quantile(sorted, 0.99), peak: sorted.at(-1) ?? 0, seconds: o.minutes * 30 };
    const { update } = memoryFacts(
      { name: nameOf(container.Names) },
      proposedLimit(window, sorted.at(-1) ?? 0),
    );
    await docker.getContainer(container.Id).update(update);
  }
  const since = Math.floor(Date.now() / 1000);
  const limited = await watched(o.minutes * 60);
  const states = await Promise.all(running.map((c) => docker.getContainer(c.Id).inspect()));
  const oomKills =
    states.filter((s) => s.State.OOMKilled).length + (await oomEvents(docker, since, o.prefix));
  return {
    containers: running.length,
    reservedBefore,
    reservedAfter: sum(await limitsOf()),
    peak: sum([...limited.values()].map((list) => Math.max(...list))),
    oomKills,
    ended: states.filter((s) => !s.State.Running).length,
  };
}

/** A process inside may be killed while its container goes on. */
async function oomEvents(
  docker: ReturnType<typeof connectDocker>,
  since: number,
  prefix: string,
): Promise<number> {
  const stream = await docker.getEvents({
    since,
    until: Math.ceil(Date.now() / 1000),
    filters: JSON.stringify({ type: ['container'], event: ['oom'] }),
  });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text.split('\n').filter((line) => line.includes(`"name":"${prefix}`)).length;
}
