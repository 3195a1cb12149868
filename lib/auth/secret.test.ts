import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Attempts, MAX_FAILURES, WINDOW_MS } from './attempts';
import { sessionValue } from './cookie';
import { fromOwnPage, isMutation } from './origin';
import { newSecret, sign, verify } from './secret';

const key = randomBytes(32);

describe('sign and verify', () => {
  it('gives the secret back, and null for a forged, changed or foreign value', () => {
    const secret = newSecret();
    const signed = sign(secret, key);
    expect(verify(signed, key)).toBe(secret);
    expect(verify(signed, randomBytes(32))).toBeNull();
    expect(verify(secret, key)).toBeNull();
    expect(verify(`${newSecret()}.${signed.split('.')[1]}`, key)).toBeNull();
    expect(verify('', key)).toBeNull();
  });
});

describe('sessionValue', () => {
  it('finds the session among other cookies', () => {
    expect(sessionValue('theme=dark; ratchet_session=a.b=; x=y')).toBe('a.b=');
    expect(sessionValue('xratchet_session=a')).toBeNull();
    expect(sessionValue('ratchet_session=')).toBeNull();
    expect(sessionValue(null)).toBeNull();
  });
});

describe('fromOwnPage', () => {
  it.each([
    [{ origin: 'http://localhost:3000', host: 'localhost:3000' }, true],
    [{ origin: 'http://localhost:3000', host: 'localhost:3001' }, false],
    [{ origin: 'https://evil.example', host: 'localhost:3000', 'sec-fetch-site': 'same-origin' }, false],
    [{ origin: 'null', host: 'localhost:3000' }, false],
    [{ host: 'localhost:3000', 'sec-fetch-site': 'same-origin' }, true],
    [{ host: 'localhost:3000', 'sec-fetch-site': 'same-site' }, false],
    [{ host: 'localhost:3000', 'sec-fetch-site': 'none' }, false],
    [{ host: 'localhost:3000' }, false],
  ])('%j: %s', (headers, expected) => {
    expect(fromOwnPage(new Headers(headers as Record<string, string>), undefined)).toBe(expected);
  });

  it('knows the public URL before a proxy', () => {
    const headers = new Headers({ origin: 'https://ratchet.example', host: '127.0.0.1:3000' });
    expect(fromOwnPage(headers, 'https://ratchet.example')).toBe(true);
    expect(fromOwnPage(headers, 'http://ratchet.example')).toBe(false);
  });

  it('takes all but reading methods for mutations', () => {
    expect(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'post'].filter(isMutation)).toEqual([
      'POST',
      'PUT',
      'PATCH',
      'DELETE',
      'post',
    ]);
  });
});

describe('Attempts', () => {
  it('stops after too many failures from one place, until the window has passed', () => {
    const attempts = new Attempts();
    for (let i = 0; i < MAX_FAILURES; i += 1) {
      attempts.check('a', 1_000);
      attempts.failed('a', 1_000);
    }
    expect(() => attempts.check('a', 1_000)).toThrow(/Too many/);
    expect(() => attempts.check('b', 1_000)).not.toThrow();
    expect(() => attempts.check('a', 1_000 + WINDOW_MS)).not.toThrow();
  });
});
