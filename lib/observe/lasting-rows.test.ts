import { describe, expect, it } from 'vitest';
import { lastingRow, storableJson } from './lasting-rows';

describe('JSON of a snapshot', () => {
  const snapshot = () => ({
    takenAt: 'now',
    nothing: undefined,
    none: null,
    empty: [],
    plain: [{ a: 1 }, { b: 'x' }],
    mixed: [lastingRow({ id: 1, list: ['a', null] }), { id: 2 }, lastingRow({ id: 3, text: 'é"\\' })],
    nested: { list: [1, 2], of: { deep: true } },
  });

  it('is that of the whole, at first and again', () => {
    const data = snapshot();
    for (let i = 0; i < 2; i++)
      expect(JSON.parse(storableJson(data))).toEqual(JSON.parse(JSON.stringify(data)));
    expect(storableJson({})).toBe('{}');
    expect(storableJson({ left: undefined, a: 1 })).toBe('{"a":1}');
  });

  it('shows another row in the place of one, and never an older text', () => {
    const first = lastingRow({ id: 1, n: 1 });
    expect(storableJson({ rows: [first] })).toBe('{"rows":[{"id":1,"n":1}]}');
    expect(storableJson({ rows: [lastingRow({ ...first, n: 2 })] })).toBe('{"rows":[{"id":1,"n":2}]}');
  });

  it('cannot be outdated by a change of a row: it is frozen with all in it', () => {
    const row = lastingRow({ n: 1, list: [{ n: 1 }] });
    expect(() => Object.assign(row, { n: 2 })).toThrow(TypeError);
    expect(() => Object.assign(row.list[0] ?? {}, { n: 2 })).toThrow(TypeError);
    expect(() => row.list.push({ n: 2 })).toThrow(TypeError);
  });

  it('holds nothing that jsonb refuses', () => {
    const bad = { text: 'a\0b\uD800c\u{1F600}', list: ['\uDC00'] };
    const good = { text: 'a\uFFFDb\uFFFDc\u{1F600}', list: ['\uFFFD'] };
    expect(JSON.parse(storableJson({ row: bad, rows: [lastingRow({ ...bad })] }))).toEqual({
      row: good,
      rows: [good],
    });
  });
});
