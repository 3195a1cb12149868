import { describe, expect, it } from 'vitest';
import {
  ago,
  bytes,
  changeText,
  duration,
  figureText,
  number,
  percent,
  pText,
  ratioText,
  speedText,
  timeLeft,
} from './format';

describe('number', () => {
  it.each([
    [0, '0'],
    [5.2, '5.2'],
    [61.24, '61.2'],
    [1284.4, '1,284'],
    [0.01234, '0.0123'],
    [-3.456, '−3.46'],
    [999.6, '1,000'],
    [Number.POSITIVE_INFINITY, '∞'],
  ])('%d is written %s', (value, text) => expect(number(value)).toBe(text));
});

describe('durations and bytes', () => {
  it('moves to the unit a person reads', () => {
    expect(duration(0.0421)).toEqual({ value: '42.1', unit: 'µs' });
    expect(duration(0.9)).toEqual({ value: '0.9', unit: 'ms' });
    expect(duration(1500)).toEqual({ value: '1.5', unit: 's' });
    expect(duration(180_000)).toEqual({ value: '3', unit: 'min' });
    expect(bytes(31_400_000)).toEqual({ value: '31.4', unit: 'MB' });
    expect(bytes(999)).toEqual({ value: '999', unit: 'B' });
  });
  it('says so when nothing was measured, and never zero', () => {
    expect(figureText(null, 'ms')).toBe('not measured');
    expect(figureText(Number.NaN, '')).toBe('not measured');
    expect(figureText(0, 'ms')).toBe('0\u202fms');
  });
});

describe('percent', () => {
  it.each([
    [0.961, '96.1'],
    [0.99954, '99.95'],
    [0.99999, '99.99'],
    [1, '100'],
    [0.0412, '4.12'],
    [0.0004, '<0.1'],
    [0, '0'],
  ])('%d is %s %%', (share, text) => expect(percent(share)).toBe(text));
});

describe('ratios', () => {
  it('writes a factor', () => {
    expect(ratioText(0.0847)).toBe('0.085×');
    expect(ratioText(1.14)).toBe('1.14×');
    expect(ratioText(0.0021)).toBe('0.0021×');
  });
  it('says faster and slower, and in percent near one', () => {
    expect(speedText(0.085)).toEqual({ value: '11.8×', word: 'faster' });
    expect(speedText(2)).toEqual({ value: '2×', word: 'slower' });
    expect(speedText(0.97)).toEqual({ value: '3%', word: 'faster' });
    expect(speedText(1)).toEqual({ value: '0%', word: 'difference' });
    expect(speedText(9.6, true)).toEqual({ value: '9.6×', word: 'more' });
    expect(speedText(0.5, true)).toEqual({ value: '2×', word: 'less' });
  });
  it('gives a relative difference only when there is something to compare with', () => {
    expect(changeText(34, 100)).toBe('−66%');
    expect(changeText(104.1, 100)).toBe('+4.1%');
    expect(changeText(980, 100)).toBe('9.8×');
    expect(changeText(5, 0)).toBeNull();
  });
});

it('never prints a p of zero', () => {
  expect(pText(0)).toBe('p < 0.0001');
  expect(pText(0.00049)).toBe('p = 0.00049');
  expect(pText(0.03)).toBe('p = 0.0300');
});

it('writes time left and time ago', () => {
  expect(timeLeft(40)).toBe('40\u202fs');
  expect(timeLeft(200)).toBe('3\u202fmin 20\u202fs');
  expect(timeLeft(3900)).toBe('1\u202fh 5\u202fmin');
  expect(ago(0, 5000)).toBe('just now');
  expect(ago(0, 180_000)).toBe('3\u202fmin ago');
  expect(ago(0, 86_400_000 * 2)).toBe('2 days ago');
});
