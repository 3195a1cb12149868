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
  /** Without a value: the present version of each tag; null where it has none. */
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
    const keys = addresses.map((a) => this.#valueKey(a.key));
    const places = new Map<string, number>();
    for (const { tags } of addresses)
      for (const tag of tags)
        if (!places.has(tag)) {
          places.set(tag, keys.length);
          keys.push(this.tagKey(tag));
        }
    const answer = await this.#link.call((redis) => redis.mgetBuffer(keys));
    const versionOf = (tag: string) => answer[places.get(tag) ?? -1] ?? null;
    const opened = addresses.map(({ tags }, i) => {
      const bytes = answer[i];
      return bytes && isCurrent(bytes, tags, versionOf) ? this.#open(bytes, versionsEnd(tags)) : null;
    });
    const found: Found[] = [];
    for (const [i, one] of opened.entries()) {
      // Only large values are waited for: of many small ones each promise costs as much as its JSON.
      const envelope = one instanceof Promise ? await one : one;
      const tags = envelope ? [] : (addresses[i]?.tags ?? []);
      found.push({ envelope, versions: tags.map((tag) => versionOf(tag)?.toString('latin1') ?? null) });
    }
    return found;
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

  /** Null for bytes that are no packed value. */
  #open(bytes: Buffer, start: number): Envelope | null | Promise<Envelope | null> {
    const failed = () => {
      this.#counters.codecErrors += 1;
      return null;
    };
    try {
      const envelope = unpack(bytes, start);
      return envelope instanceof Promise ? envelope.catch(failed) : envelope;
    } catch {
      return failed();
    }
  }
}

/** Where the versions end that a value carries, and the packed value begins. */
const versionsEnd = (tags: readonly string[]) => 1 + tags.length * versionLength;

/** Whether the versions that a value carries are those that its tags have. */
function isCurrent(
  bytes: Buffer,
  tags: readonly string[],
  versionOf: (tag: string) => Buffer | null,
): boolean {
  if (bytes[0] !== tags.length) return false;
  let at = 1;
  for (const tag of tags) {
    const version = versionOf(tag);
    if (version?.length !== versionLength) return false;
    // Byte by byte: for so few of them a native comparison costs more.
    for (let i = 0; i < versionLength; i++) if (bytes[at + i] !== version[i]) return false;
    at += versionLength;
  }
  return true;
}
