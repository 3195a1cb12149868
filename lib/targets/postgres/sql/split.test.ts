import { describe, expect, it } from 'vitest';
import { splitStatements } from './split';

const texts = (sql: string) => splitStatements(sql, 'f.sql').map((s) => s.sql);

describe('splitting a file into statements', () => {
  it('cuts at semicolons and leaves out what is empty', () => {
    expect(texts('select 1; select 2;;\n ; -- nothing\n/* and nothing; */')).toEqual([
      'select 1',
      'select 2',
    ]);
    expect(texts('select 1')).toEqual(['select 1']);
    expect(texts('')).toEqual([]);
  });

  it('does not cut inside quotes, comments and dollar quotes', () => {
    for (const sql of [
      "select 'a;b''c;d'",
      'select "a;""b"',
      "select E'it\\'s; one'",
      'select $$ a; b $$',
      'select $x$ a; $$ ; $x$',
      'select 1 -- a; b\n + 2',
      'select /* a; /* b; */ c; */ 1',
      'select a$1;'.slice(0, -1),
    ])
      expect(texts(`${sql};select 2`)).toEqual([sql, 'select 2']);
  });

  it('does not take a backslash in an ordinary quote for an escape', () => {
    expect(texts("select 'a\\'; select 2")).toEqual(["select 'a\\'", 'select 2']);
  });

  it('tells the line of each first word', () => {
    const lines = splitStatements('-- head\n\nselect 1;\nselect\n 2; /* x\n */ select 3', 'f.sql').map(
      (s) => s.line,
    );
    expect(lines).toEqual([3, 4, 6]);
  });

  it('says on which line a quote begins that is not closed', () => {
    expect(() => splitStatements("select 1;\nselect 'a;\nselect 2;", 'f.sql')).toThrow(
      'f.sql: line 2: a quote is not closed',
    );
    expect(() => splitStatements('select 1;\n\n/* a', 'f.sql')).toThrow('line 3: a comment is not closed');
    expect(() => splitStatements('select $a$ b', 'f.sql')).toThrow('line 1: the quote $a$ is not closed');
    expect(() => splitStatements('\nselect \0', 'f.sql')).toThrow('line 2: not a text file');
  });
});
