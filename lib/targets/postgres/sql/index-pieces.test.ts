import { describe, expect, it } from 'vitest';
import { sameIndex } from './index-pieces';

const on = (text: string) => `CREATE INDEX i ON public.t ${text}`;

describe('comparing index definitions', () => {
  it.each([
    ['(a, b)', 'USING btree (a, b)'],
    ["(a) WHERE status = 'open'", "USING btree (a) WHERE (status = 'open'::text)"],
    ['(a) WHERE deleted_at IS NULL', 'USING btree (a) WHERE (deleted_at IS NULL)'],
    ['((lower(email)))', 'USING btree (lower((email)::text))'],
    ["((date_trunc('day', at)))", "USING btree (date_trunc('day'::text, at))"],
    ['((substring(phone from 1 for 2)))', 'USING btree ("substring"((phone)::text, 1, 2))'],
    ["((data ->> 'k'))", "USING btree (((data ->> 'k'::text)))"],
    ['USING gin (name ext.gin_trgm_ops)', 'USING gin (name ext.gin_trgm_ops)'],
    ['(a) INCLUDE (c, b)', 'USING btree (a) INCLUDE (b, c)'],
  ])('%s is what PostgreSQL shows as %s', async (asked, stored) => {
    expect(await sameIndex(on(asked), on(stored))).toBe(true);
  });

  it.each([
    ['(a, b)', '(b, a)'],
    ['(a)', '(a DESC)'],
    ['(a)', '(a text_pattern_ops)'],
    ['(a)', '(a COLLATE "C")'],
    ['(a)', '(a) INCLUDE (b)'],
    ["(a) WHERE status = 'open'", "(a) WHERE status = 'done'"],
    ['(a) WHERE b IS NULL', '(a) WHERE b IS NOT NULL'],
    ['(a)', '(a) WHERE b IS NULL'],
    ['((lower(a)))', '((upper(a)))'],
    ['((lower(a)))', '(a)'],
    ['USING gin (a)', 'USING gist (a)'],
  ])('%s is not %s', async (a, b) => {
    expect(await sameIndex(on(a), on(b))).toBe(false);
  });

  it('tells tables, unique ones and texts that are no index apart', async () => {
    expect(await sameIndex(on('(a)'), 'CREATE INDEX i ON other.t (a)')).toBe(false);
    expect(await sameIndex(on('(a)'), 'CREATE UNIQUE INDEX i ON public.t (a)')).toBe(false);
    expect(await sameIndex('select 1', 'select 1')).toBe(false);
    expect(await sameIndex('', '')).toBe(false);
  });
});
