import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './index';

describe('parseConfig', () => {
  it('has defaults: loopback, port 3000, .ratchet in the present folder, demo on', () => {
    const c = parseConfig({});
    expect(c).toMatchObject({ host: '127.0.0.1', port: 3000, demo: true, ci: false, logLevel: 'info' });
    expect(c.dataDir).toBe(path.join(process.cwd(), '.ratchet'));
    expect(c.databaseUrl).toBeUndefined();
  });

  it('takes an empty variable as unset', () => {
    const c = parseConfig({ PORT: '', HOST: ' ', DATABASE_URL: '', CI: '', RATCHET_DATA_DIR: '' });
    expect(c).toMatchObject({ host: '127.0.0.1', port: 3000, ci: false });
    expect(c.databaseUrl).toBeUndefined();
  });

  it('reads what is set', () => {
    const c = parseConfig({
      PORT: '0',
      HOST: '0.0.0.0',
      RATCHET_DATA_DIR: '/srv/ratchet',
      DATABASE_URL: 'postgresql://a@b/c',
      RATCHET_PUBLIC_URL: 'https://ratchet.example/',
      RATCHET_DEMO: 'off',
      CI: 'true',
    });
    expect(c).toMatchObject({
      port: 0,
      host: '0.0.0.0',
      dataDir: '/srv/ratchet',
      databaseUrl: 'postgresql://a@b/c',
      publicUrl: 'https://ratchet.example',
      demo: false,
      ci: true,
    });
  });

  it.each([
    ['PORT', '70000', /PORT.*0 to 65535/],
    ['PORT', 'web', /PORT.*whole number/],
    ['DATABASE_URL', 'mysql://x', /DATABASE_URL.*postgres:\/\//],
    ['RATCHET_LOG_LEVEL', 'loud', /RATCHET_LOG_LEVEL.*debug, info/],
  ])('names the variable that is wrong: %s=%s', (name, value, message) => {
    expect(() => parseConfig({ [name]: value })).toThrow(message);
  });
});
