import { describe, expect, it } from 'vitest';
import { allowedOrigins, allowedUrl } from './allowed';
import { httpBase } from './base';

const connection = { kind: 'http' as const, baseUrl: 'http://svc:8080/api/', headers: {} };
const { url } = httpBase(connection);
const own = allowedOrigins(connection, {});

describe('allowedUrl', () => {
  it('keeps paths under the base URL', () => {
    expect(allowedUrl(url, '/health?x=1', own).href).toBe('http://svc:8080/api/health?x=1');
    expect(allowedUrl(url, '/../../x', own).origin).toBe('http://svc:8080');
  });

  it.each([
    '//evil.example/x',
    'http://evil.example/',
    '/\\evil.example',
    'https://svc:8080/',
    'http://u:p@svc:8080/',
    'file:///etc/passwd',
  ])('refuses %s', (path) => {
    expect(() => allowedUrl(url, path, own)).toThrow(/not among the addresses/);
  });

  it('lets through what the admin listed', () => {
    const origins = allowedOrigins(connection, {
      allowedOrigins: ['http://svc:8080', 'https://metrics.example/ignored'],
    });
    expect(allowedUrl(url, 'https://metrics.example/m', origins).href).toBe('https://metrics.example/m');
    expect(() => allowedOrigins(connection, { allowedOrigins: ['nonsense'] })).toThrow(/https:\/\/host:port/);
  });
});

it('a user and password in the base URL become basic authentication', () => {
  const base = httpBase({ ...connection, baseUrl: 'http://me:p%40ss@svc/' });
  expect(base.url.href).toBe('http://svc/');
  expect(base.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
});
