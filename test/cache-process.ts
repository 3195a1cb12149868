// A process with a cache of its own, for tests of invalidation across processes. The source is a key in Redis.
// Commands on standard input, one a line: `slow MS` (time a load takes); `get N`; `invalidate TAG`. Answers on
// standard output, one a line.
import readline from 'node:readline';
import { Redis } from 'ioredis';
import { TwoLevelCache } from '@/lib/cache/cache';
import { reading } from '@/lib/cache/testing/kind';

const [url = '', local = 'local'] = process.argv.slice(2);
let slowMs = 0;
const source = new Redis(url);
const cache = new TwoLevelCache({
  redisUrl: url,
  namespace: 'test',
  local: local === 'local',
  timeoutMs: 2_000,
});
await cache.start();

async function load(n: number) {
  const text = (await source.get(`source:${n}`)) ?? '';
  // The source was read; what follows takes time, as a large result would.
  await new Promise((resolve) => setTimeout(resolve, slowMs));
  return { n, text, at: new Date(0) };
}

console.log('ready');
readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const [command, argument = ''] = line.split(' ');
  if (command === 'slow') {
    slowMs = Number(argument);
    console.log('ok');
  } else if (command === 'get') {
    const n = Number(argument);
    console.log((await cache.get(reading, n, () => load(n))).text);
  } else if (command === 'invalidate') {
    console.log(JSON.stringify(await cache.invalidate([argument])));
  }
});
process.stdin.once('end', () => process.exit(0));
