import fc from 'fast-check';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { displayIdentifier, quoteIdentifier, quoteLiteral, quoteNullable, quoteQualified } from './quote';

describe('quoting', () => {
  it.each([
    ['users', '"users"'],
    ['Order Lines', '"Order Lines"'],
    ['a"b', '"a""b"'],
    ['select', '"select"'],
    ["it's; drop table x", `"it's; drop table x"`],
    ['Ünïcode 表', '"Ünïcode 表"'],
  ])('identifier %s', (name, quoted) => expect(quoteIdentifier(name)).toBe(quoted));
  it('qualified', () => expect(quoteQualified('Sales Dept', 'a.b')).toBe('"Sales Dept"."a.b"'));
  it.each([
    ["it's", "'it''s'"],
    ['a\\b', "E'a\\\\b'"],
    ['', "''"],
  ])('literal %s', (text, quoted) => expect(quoteLiteral(text)).toBe(quoted));
  it('null', () => expect(quoteNullable(null)).toBe('NULL'));
  it('refuses what no identifier or text can hold', () => {
    for (const bad of ['', 'a\0b']) expect(() => quoteIdentifier(bad)).toThrow(TypeError);
    expect(() => quoteLiteral('\0')).toThrow(TypeError);
  });
  it('agrees with the driver', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((s) => !s.includes('\0')),
        (s) => {
          expect(quoteIdentifier(s)).toBe(pg.escapeIdentifier(s));
          expect(quoteLiteral(s)).toBe(pg.escapeLiteral(s).trim());
        },
      ),
    );
  });
  it('shows plain names bare and others quoted', () => {
    expect(['user_id', 'user', 'Mixed', 'a b', 'order', '1a'].map(displayIdentifier)).toEqual([
      'user_id',
      '"user"',
      '"Mixed"',
      '"a b"',
      '"order"',
      '"1a"',
    ]);
  });
});
