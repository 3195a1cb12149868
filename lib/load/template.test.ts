import { describe, expect, it } from 'vitest';
import { fill, jsonEscape, placeholdersOf } from './template';

describe('templates', () => {
  it('finds each known placeholder once', () => {
    expect(placeholdersOf('/u/{id}/t/{task}?x={id}&y={other}', new Set(['id', 'task']))).toEqual([
      'id',
      'task',
    ]);
  });
  it('percent-encodes in a path and leaves unknown braces', () => {
    expect(fill('/u/{id}?q={no}', { id: 'a b/ü&' }, encodeURIComponent)).toBe('/u/a%20b%2F%C3%BC%26?q={no}');
  });
  it('keeps a JSON body valid whatever the value', () => {
    const body = fill('{"text":"{t}","n":{"a":1}}', { t: 'say "hi"\n\\' }, jsonEscape);
    expect(JSON.parse(body)).toEqual({ text: 'say "hi"\n\\', n: { a: 1 } });
  });
});
