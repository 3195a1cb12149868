import { describe, expect, it } from 'vitest';
import { Mix } from '../contracts/target';
import { mixProbes, resolveParameters } from './parameters';

const mix = Mix.parse({
  requests: [
    { name: 'user', path: '/u/{id}' },
    { name: 'chat', method: 'POST', path: '/chat', body: '{"user":"{id}","text":"{text}"}' },
    { name: 'health', path: '/health' },
  ],
  parameters: { id: { target: 'pg', sql: 'select id from users' }, text: { values: ['a', 'b'] } },
});

describe('parameters', () => {
  it('reads and caps values at 200', async () => {
    const read = async () => Array.from({ length: 500 }, (_, i) => String(i));
    expect((await resolveParameters(mix, read)).id).toHaveLength(200);
  });
  it('refuses a query without values', async () => {
    await expect(resolveParameters(mix, async () => [])).rejects.toThrow('{id}');
  });
  it('makes rows of what each request uses, shorter lists repeating', () => {
    const [user, chat, health] = mixProbes('api', mix, { id: ['1', '2', '3'], text: ['a', 'b'] });
    expect(user?.rows).toEqual([{ id: '1' }, { id: '2' }, { id: '3' }]);
    expect(chat?.rows).toEqual([
      { id: '1', text: 'a' },
      { id: '2', text: 'b' },
      { id: '3', text: 'a' },
    ]);
    expect(health?.rows).toEqual([]);
  });
});
