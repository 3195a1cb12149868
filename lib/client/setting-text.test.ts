import { expect, it } from 'vitest';
import { settingText } from './setting-text';

it.each([
  ['16384', '8kB', '128\u202fMB'],
  ['524288', '8kB', '4\u202fGB'],
  ['4096', 'kB', '4\u202fMB'],
  ['200', 'ms', '200\u202fms'],
  ['300', 's', '5\u202fmin'],
  ['1.5', 'ms', '1500\u202fus'],
  ['-1', 'ms', '-1'],
  ['0', 'kB', '0'],
  ['on', null, 'on'],
  ['', null, '(empty)'],
  ['0.9', null, '0.9'],
])('%s of unit %s is %s', (value, unit, text) => {
  expect(settingText(value, unit)).toBe(text);
});
