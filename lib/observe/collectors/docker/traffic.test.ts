import { expect, it } from 'vitest';
import { trafficOf } from './traffic';
import { DockerVitals } from './vitals';

const io = (op: string, value: number) => ({ major: 8, minor: 0, op, value });

it('sums interfaces and devices, in the spelling of both cgroup versions', () => {
  const networks = { eth0: { rx_bytes: 100, tx_bytes: 10 }, eth1: { rx_bytes: 1, tx_bytes: 2 } };
  for (const [read, write] of [
    ['Read', 'Write'],
    ['read', 'write'],
  ] as const) {
    const entries = [io(read, 5), io(write, 7), io(read, 5), io('Total', 99)];
    expect(trafficOf({ networks, blkio_stats: { io_service_bytes_recursive: entries } })).toEqual({
      networkIn: 101,
      networkOut: 12,
      diskRead: 10,
      diskWrite: 7,
    });
  }
});

it('tells nothing where the engine gives nothing', () => {
  expect(trafficOf({})).toEqual({});
  expect(trafficOf({ networks: null, blkio_stats: { io_service_bytes_recursive: null } })).toEqual({});
});

it('becomes bytes per second, anew after a restart', () => {
  const vitals = new DockerVitals();
  const at = (second: number, networkIn: number) =>
    vitals
      .next(
        [
          {
            id: 'c',
            name: 'web',
            read: new Date(1_700_000_000_000 + second * 1000).toISOString(),
            cpuNanoseconds: null,
            memory: {},
            traffic: { networkIn },
          },
        ],
        1e9,
      )
      .find((v) => v.metric === 'docker.network_in')?.value;
  expect([at(0, 1000), at(5, 2000), at(10, 10), at(15, 20)]).toEqual([undefined, 200, undefined, 2]);
});
