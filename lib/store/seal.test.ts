import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyFromFile } from './installation-key';
import { seal, unseal } from './seal';

const key = randomBytes(32);

describe('seal', () => {
  it('gives back what was sealed, and never the same text twice', () => {
    const secret = 'postgres://app:pässwörd@db/app';
    const [a, b] = [seal(secret, key), seal(secret, key)];
    expect(a).not.toBe(b);
    expect(a).not.toContain('app');
    expect([unseal(a, key), unseal(b, key)]).toEqual([secret, secret]);
    expect(unseal(seal('', key), key)).toBe('');
  });

  it('refuses another key', () => {
    expect(() => unseal(seal('x', key), randomBytes(32))).toThrow(/key of this installation/);
  });

  it('refuses a changed text, wherever it was changed', () => {
    const sealed = Buffer.from(seal('secret', key).split('.')[1]!, 'base64url');
    for (const i of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => unseal(`v1.${changed.toString('base64url')}`, key)).toThrow(/cannot be opened/);
    }
    expect(() => unseal('plain text', key)).toThrow(/cannot be opened/);
  });
});

describe('keyFromFile', () => {
  let dir = '';
  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-key-'));
  });
  afterEach(() => fs.rmSync(dir, { recursive: true }));

  it('makes a key that only its owner reads, and gives the same one afterwards', () => {
    const made = keyFromFile(path.join(dir, 'data'));
    expect(made).toHaveLength(32);
    expect(fs.statSync(path.join(dir, 'data/secret.key')).mode & 0o777).toBe(0o600);
    expect(keyFromFile(path.join(dir, 'data')).equals(made)).toBe(true);
    expect(fs.readdirSync(path.join(dir, 'data'))).toEqual(['secret.key']);
  });

  it('refuses a file that holds no key', () => {
    fs.writeFileSync(path.join(dir, 'secret.key'), 'short');
    expect(() => keyFromFile(dir)).toThrow(/32 bytes/);
  });
});
