import { createHash } from 'node:crypto';
import { seededRandom } from '@/lib/stats/random';

/** Bytes that each text has at least. */
const size = 8_000;
const words = ['draft', 'review', 'invoice', 'customer', 'deploy', 'summary', 'report', 'urgent', 'meeting'];

const prose =
  'the of and to in is that it was for on are as with they be at this have from or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know'.split(
    ' ',
  );

/** JSON of about 8 kB as services keep it: lists of rows, of nine kinds that have more or less in common from row to row. */
export function jsonKinds(): Record<string, string> {
  const random = seededRandom(7);
  const below = (n: number) => random.below(n);
  const pick = <T>(list: readonly T[]) => list[below(list.length)];
  const at = () => new Date(1.76e12 + random.next() * 1e10).toISOString();
  // Half of its text is chance, which no codec makes smaller.
  const digest = (i: number) => createHash('md5').update(`task${i}`).digest('hex');
  const uuid = () => digest(below(1e9)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const list = (row: (i: number) => object): string => {
    const rows: object[] = [];
    let bytes = 0;
    for (let i = 0; bytes < size; i++) {
      const one = row(i);
      bytes += JSON.stringify(one).length + 1;
      rows.push(one);
    }
    return JSON.stringify(rows);
  };
  return {
    tasks: list((i) => ({
      id: below(1e7),
      title: `${pick(words)} ${pick(words)} ${below(1e4)}`,
      status: ['open', 'done', 'waiting'][i % 3],
      at: at(),
    })),
    'latest tasks of the demo': list((i) => ({
      id: String(500_000 - below(400_000)),
      title: `Summarise document ${digest(i)}`,
      status: pick(['open', 'done', 'failed']),
      created_at: at(),
    })),
    'open tasks of the demo': list((i) => ({
      title: `Summarise document ${digest(i)}`,
      model: `model-${1 + below(12)}`,
      plan: 'free',
      created_at: at(),
    })),
    'models of the demo': list((i) => ({
      id: i + 1,
      name: `model-${i + 1}`,
      provider: ['northwind', 'contoso', 'fabrikam'][i % 3],
      context: 8192 * (1 + (i % 8)),
    })),
    products: list(() => ({
      id: below(1e6),
      sku: `SKU-${below(1e6)}`,
      name: `${pick(words)} ${pick(words)}`,
      price: { amount: below(1e5) / 100, currency: 'EUR' },
      stock: below(500),
      tags: [pick(words), pick(words)],
      active: random.next() < 0.9,
    })),
    'tasks with UUIDs': list((i) => ({
      id: uuid(),
      userId: below(200_000),
      title: `${pick(words)} ${pick(words)}`,
      status: ['open', 'done', 'waiting'][i % 3],
      createdAt: at(),
      updatedAt: at(),
    })),
    metrics: list(() => ({
      name: `http.${pick(['p50', 'p95', 'requests', 'errors'])}`,
      time: 1.76e12 + below(1e6) * 1000,
      value: Math.round(random.next() * 1e6) / 1000,
    })),
    chat: list(() => ({
      id: uuid(),
      role: pick(['user', 'assistant']),
      text: Array.from({ length: 12 + below(12) }, () => pick(prose)).join(' '),
      at: at(),
    })),
    users: list(() => ({
      id: below(200_000),
      name: `User ${below(200_000)}`,
      email: `user${below(200_000)}@${pick(['example.com', 'example.org', 'mail.example.net'])}`,
      plan: pick(['free', 'team', 'enterprise']),
      created_at: at(),
    })),
  };
}
