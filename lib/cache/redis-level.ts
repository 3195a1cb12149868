import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Envelope, pack, unpack } from './envelope';
import type { Argument, RedisLink } from './redis-link';
import { ensureVersions, storeValues } from './scripts';
import type { Counters } from './statistics';

/** Bytes of a version, as text. */
const versionLength = 16;
export const newVersion = () => randomBytes(versionLength / 2).toString('hex');

export interface Address {
  key: string;
  tags: string[];
}

export interface Found {
  /** Null: not there, expired, or one of its tags was invalidated since. */
  envelope: Envelope | null;
  /** The present version of each tag; null where it has none. */
  versions: (string | null)[];
}

export interface Storing extends Address {
  envelope: Envelope;
  ttlMs: number;
  /** As read before loading began; null when the value is given, not loaded. */
  versions: string[] | null;
}

/**
 * The level in Redis. A value carries the versions that its tags had before it was loaded, and is good only
 * while they are the present ones: to invalidate a tag is to forget its version. A tag never gets a version
 * twice, so a value cannot become good again, also not when Redis evicts a version.
 */
export class RedisLevel {
  readonly #link: RedisLink;
  readonly #namespace: string;
  readonly #counters: Counters;

  constructor(link: RedisLink, namespace: string, counters: Counters) {
    this.#link = link;
    this.#namespace = namespace;
    this.#counters = counters;
  }

  tagKey(tag: string): string {
    return `${this.#namespace}:tag:${tag}`;
  }

  #valueKey(key: string): string {
    return `${this.#namespace}:value:${key}`;
  }

  /** Reads values with the versions of their tags, in one round trip and at one moment. @throws RedisUnavailable. */
  async read(addresses: readonly Address[]): Promise<Found[]> {
    const tags = [...new Set(addresses.flatMap((a) => a.tags))];
    const keys = [...addresses.map((a) => this.#valueKey(a.key)), ...tags.map((t) => this.tagKey(t))];
    const answer = await this.#link.call((redis) => redis.mgetBuffer(keys));
    const versionOf = new Map(
      tags.map((tag, i) => [tag, answer[addresses.length + i]?.toString('latin1') ?? null]),
    );
    return Promise.all(
      addresses.map(async ({ tags: own }, i) => {
        const versions = own.map((tag) => versionOf.get(tag) ?? null);
        const bytes = answer[i] ?? null;
        return { envelope: bytes ? await this.#open(bytes, versions) : null, versions };
      }),
    );
  }

  /** Present versions of the tags, made where there was none. @throws RedisUnavailable. */
  async versions(tags: readonly string[]): Promise<string[]> {
    if (tags.length === 0) return [];
    const keys = tags.map((tag) => this.tagKey(tag));
    return z.array(z.string()).parse(await this.#link.script(ensureVersions, keys, [newVersion()]));
  }

  /** Stores values in one round trip; those whose tags changed meanwhile are not stored. @throws RedisUnavailable. */
  async store(values: readonly Storing[], thresholdBytes: number): Promise<void> {
    if (values.length === 0) return;
    const keys: string[] = [];
    const args: Argument[] = [newVersion()];
    for (const { key, tags, envelope, ttlMs, versions } of values) {
      const { bytes, rawBytes } = await pack(envelope, thresholdBytes);
      this.#counters.bytes.before += rawBytes;
      this.#counters.bytes.after += bytes.length;
      keys.push(this.#valueKey(key), ...tags.map((tag) => this.tagKey(tag)));
      args.push(tags.length, Math.max(1, Math.round(ttlMs)), bytes, ...(versions ?? tags.map(() => '')));
    }
    const stored = z.array(z.number()).parse(await this.#link.script(storeValues, keys, args));
    this.#counters.refused += stored.filter((one) => one === 0).length;
  }

  async #open(bytes: Buffer, versions: readonly (string | null)[]): Promise<Envelope | null> {
    const count = bytes.readUInt8(0);
    if (count !== versions.length) return null;
    const start = 1 + count * versionLength;
    const written = bytes.subarray(1, start).toString('latin1');
    if (written !== versions.map((v) => v ?? '').join('')) return null;
    try {
      return await unpack(bytes.subarray(start));
    } catch {
      this.#counters.codecErrors += 1;
      return null;
    }
  }
}
