import { expect, it } from 'vitest';
import { textKey } from './text-key';

it.each([
  ['select  1 /* app:7 */\n from t -- x\n;', 'select 1 from t'],
  ['select "a -- b", \'/* c */\' from t', 'select "a -- b", \'/* c */\' from t'],
  ['select a in ($1 /*, ... */)', 'select a in ($1 )'],
  ['select 1 /* never closed', 'select 1 /* never closed'],
])('%s', (sql, key) => expect(textKey(sql)).toBe(key));
