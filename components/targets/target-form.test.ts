import { expect, it } from 'vitest';
import type { TargetDetail } from '@/lib/contracts/target';
import { connectionOf, editOf, emptyForm, type Form, formOf, optionsOf } from './target-form';

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

const stored: TargetDetail = {
  id: 7,
  stack: 's',
  kind: 'http',
  name: 'api',
  address: 'http://h',
  status: 'ok',
  lastSampleAt: null,
  unreachableSince: null,
  unreachableWhy: null,
  version: null,
  options: { metricsPath: '/metrics', probePath: '/health', allowedOrigins: ['http://h'] },
  kept: { operatorUrl: false, knobsToken: true, headers: [], certificate: 'authority' },
};

it('an edit leaves alone what was left blank and what the form does not show', () => {
  const form = formOf(stored);
  expect(editOf(form, stored)).toEqual({ options: stored.options });
  expect(editOf({ ...form, name: ' api2 ', probePath: '' }, stored)).toEqual({
    name: 'api2',
    options: { metricsPath: '/metrics', allowedOrigins: ['http://h'] },
  });
  expect(editOf({ ...form, address: 'http://other' }, stored).connection).toEqual({
    kind: 'http',
    baseUrl: 'http://other',
  });
});

it('an edit replaces or removes a stored secret only where that is said', () => {
  const form = formOf(stored);
  expect(editOf({ ...form, knobsToken: 'new' }, stored).connection).toEqual({
    kind: 'http',
    knobsToken: 'new',
  });
  expect(editOf({ ...form, removeKnobsToken: true }, stored).connection).toEqual({
    kind: 'http',
    knobsToken: null,
  });
  const pg: TargetDetail = { ...stored, kind: 'postgres', options: { memoryBytes: 5 } };
  expect(editOf({ ...formOf(pg), removeOperatorUrl: true, allowWriteProbes: true }, pg)).toEqual({
    connection: { kind: 'postgres', operatorUrl: null },
    options: { memoryBytes: 5, allowWriteProbes: true },
  });
  // Who restarts a server is said by its owner; one of Ratchet's own stays so.
  expect(editOf({ ...formOf(pg), restartContainer: true }, pg).options).toEqual({
    memoryBytes: 5,
    restartedBy: 'container',
  });
  const allowed: TargetDetail = { ...pg, options: { restartedBy: 'container' } };
  expect(editOf({ ...formOf(allowed), restartContainer: false }, allowed).options).toEqual({});
  const own: TargetDetail = { ...pg, options: { restartedBy: 'ratchet' } };
  expect(formOf(own).restartContainer).toBeNull();
  expect(editOf(formOf(own), own).options).toEqual({ restartedBy: 'ratchet' });
});

it('says whose certificate is trusted over https only, and an edit keeps the stored one', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
  const form: Form = {
    ...emptyForm,
    kind: 'http',
    address: 'https://h',
    certificate: 'authority',
    authority: pem,
  };
  expect(connectionOf(form)).toMatchObject({ tls: { certificate: 'authority', pem } });
  expect(connectionOf({ ...form, authority: '' })).toBeNull();
  expect(connectionOf({ ...form, certificate: 'unchecked' })).toMatchObject({
    tls: { certificate: 'unchecked' },
  });
  expect(connectionOf({ ...form, certificate: 'system' })).not.toHaveProperty('tls');
  expect(connectionOf({ ...form, address: 'http://h' })).not.toHaveProperty('tls');

  const edited = (patch: Partial<Form>) => editOf({ ...formOf(stored), ...patch }, stored).connection;
  expect(edited({})).toBeUndefined();
  expect(edited({ authority: pem })).toEqual({ kind: 'http', tls: { certificate: 'authority', pem } });
  expect(edited({ certificate: 'unchecked' })).toEqual({ kind: 'http', tls: { certificate: 'unchecked' } });
  expect(edited({ certificate: 'system' })).toEqual({ kind: 'http', tls: null });
});
