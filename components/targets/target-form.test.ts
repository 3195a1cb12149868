import { expect, it } from 'vitest';
import { connectionOf, emptyForm, optionsOf } from './target-form';

it('makes a connection of what was typed, or none', () => {
  expect(connectionOf(emptyForm)).toBeNull();
  expect(connectionOf({ ...emptyForm, address: ' postgres://h/db ' })).toEqual({
    kind: 'postgres',
    url: 'postgres://h/db',
  });
  expect(
    connectionOf({ ...emptyForm, address: 'postgres://h/db', operatorUrl: 'postgres://o@h/db' }),
  ).toMatchObject({
    operatorUrl: 'postgres://o@h/db',
  });
  expect(connectionOf({ ...emptyForm, kind: 'http', address: 'not a url' })).toBeNull();
  expect(connectionOf({ ...emptyForm, kind: 'http', address: 'http://h' })).toMatchObject({
    baseUrl: 'http://h',
  });
  expect(connectionOf({ ...emptyForm, kind: 'docker', address: '/x' })).toEqual({
    kind: 'docker',
    socket: '/x',
  });
});

it('sends only the options of the kind that were filled in', () => {
  const form = { ...emptyForm, allowWriteProbes: true, metricsPath: '/metrics', containerPrefix: 'web' };
  expect(optionsOf(form)).toEqual({ allowWriteProbes: true });
  expect(optionsOf({ ...form, kind: 'http' })).toEqual({ metricsPath: '/metrics' });
  expect(optionsOf({ ...form, kind: 'docker' })).toEqual({ containerPrefix: 'web' });
  expect(optionsOf({ ...form, kind: 'redis' })).toEqual({});
});
