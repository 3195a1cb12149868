import { expect, it } from 'vitest';
import { archiveOf } from '@/lib/targets/docker/one-file';
import { hasAddress } from './server-container';

type Info = Parameters<typeof hasAddress>[0];
const container = (over: Partial<Info>): Info => ({
  Names: ['/shop-db-1'],
  Ports: [],
  HostConfig: { NetworkMode: 'shop' },
  NetworkSettings: { Networks: {} },
  ...over,
});
const port = (PublicPort: number, Type = 'tcp') => ({ IP: '0.0.0.0', PrivatePort: 5432, PublicPort, Type });
const network = {
  Networks: { shop: { IPAddress: '172.18.0.2', Aliases: ['db'] } },
} as unknown as Info['NetworkSettings'];

it('finds a server by its published port, its name, its address, or on the network of the host', () => {
  const published = container({ Ports: [port(5433)] });
  expect(hasAddress(published, { host: 'localhost', port: 5433 }, '')).toBe(true);
  expect(hasAddress(published, { host: 'localhost', port: 5432 }, '')).toBe(false);
  expect(hasAddress(published, { host: 'db.example.org', port: 5433 }, '')).toBe(false);
  expect(hasAddress(published, { host: 'db.example.org', port: 5433 }, 'db.example.org')).toBe(true);
  expect(hasAddress(container({ Ports: [port(5433, 'udp')] }), { host: '::1', port: 5433 }, '')).toBe(false);

  const within = container({ NetworkSettings: network });
  for (const host of ['db', '172.18.0.2', 'shop-db-1'])
    expect(hasAddress(within, { host, port: 5432 }, '')).toBe(true);
  expect(hasAddress(within, { host: '172.18.0.3', port: 5432 }, '')).toBe(false);

  const ofHost = container({ HostConfig: { NetworkMode: 'host' } });
  expect(hasAddress(ofHost, { host: '127.0.0.1', port: 5432 }, '')).toBe(true);
  expect(hasAddress(ofHost, { host: 'elsewhere', port: 5432 }, '')).toBe(false);
});

it('writes an archive of one file with the owner and mode that it was read with', () => {
  const header = Buffer.alloc(512);
  header.write('postgresql.auto.conf', 0);
  header.write('0000600\0', 100);
  header.write('0001747\0', 108);
  header.write('00000000003\0', 124);
  header.write('0', 156);
  const content = Buffer.from('x'.repeat(600));
  const archive = archiveOf(header, content);
  expect(archive.length).toBe(512 + 1024 + 1024);
  expect(archive.toString('latin1', 108, 115)).toBe('0001747');
  expect(archive.toString('latin1', 124, 135)).toBe('00000001130');
  const blank = Buffer.from(archive.subarray(0, 512)).fill(' ', 148, 156);
  const sum = blank.reduce((s, b) => s + b, 0);
  expect(Number.parseInt(archive.toString('latin1', 148, 154), 8)).toBe(sum);
  expect(archive.subarray(512, 1112)).toEqual(content);
});
