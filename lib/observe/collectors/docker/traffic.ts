import { z } from 'zod';

/** Bytes since the container started. */
export interface Traffic {
  networkIn?: number;
  networkOut?: number;
  diskRead?: number;
  diskWrite?: number;
}

const Stats = z.object({
  networks: z
    .record(z.string(), z.object({ rx_bytes: z.number(), tx_bytes: z.number() }))
    .nullish()
    .catch(null),
  blkio_stats: z
    .object({
      io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: z.number() })).nullish(),
    })
    .nullish()
    .catch(null),
});

/**
 * Network and disk counters of a stats answer, summed over interfaces and devices. cgroup v1 spells `Read` and
 * `Write`, v2 in lower case; a container that shares the host's network lists no interfaces, and an engine that
 * cannot tell disk traffic gives no entries: then nothing was measured.
 */
export function trafficOf(stats: unknown): Traffic {
  const { networks, blkio_stats: blkio } = Stats.parse(stats);
  const interfaces = Object.values(networks ?? {});
  const entries = blkio?.io_service_bytes_recursive ?? [];
  const disk = (op: string) =>
    entries.filter((e) => e.op.toLowerCase() === op).reduce((sum, e) => sum + e.value, 0);
  return {
    ...(interfaces.length === 0
      ? {}
      : {
          networkIn: interfaces.reduce((sum, i) => sum + i.rx_bytes, 0),
          networkOut: interfaces.reduce((sum, i) => sum + i.tx_bytes, 0),
        }),
    ...(entries.length === 0 ? {} : { diskRead: disk('read'), diskWrite: disk('write') }),
  };
}
