export interface LocalEntry {
  value: unknown;
  tags: string[];
  /** Size of its JSON, bytes. */
  bytes: number;
  /** When it stops being served, ms since 1970. */
  expiresAt: number;
  /** When reading or loading it began, on the monotonic clock, ms. */
  since: number;
  /** How long loading it took, ms. */
  loadMs: number;
}

export interface LocalLimits {
  maxEntries: number;
  /** Of the JSON of all values, bytes. */
  maxBytes: number;
}

/** The level in this process: least recently used values go first when it is full. */
export class LocalLevel {
  /** In order of use: a Map keeps the order of insertion, and a value that is read is inserted again. */
  readonly #entries = new Map<string, LocalEntry>();
  readonly #keysOfTag = new Map<string, Set<string>>();
  readonly #limits: LocalLimits;
  #bytes = 0;
  evictions = 0;

  constructor(limits: LocalLimits) {
    this.#limits = limits;
  }

  get size(): { entries: number; bytes: number } {
    return { entries: this.#entries.size, bytes: this.#bytes };
  }

  get(key: string): LocalEntry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  set(key: string, entry: LocalEntry): void {
    this.delete(key);
    if (entry.bytes > this.#limits.maxBytes) return;
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#keysOfTag.get(tag);
      if (keys) keys.add(key);
      else this.#keysOfTag.set(tag, new Set([key]));
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limits.maxBytes && this.#entries.size <= this.#limits.maxEntries) break;
      this.delete(oldest);
      this.evictions += 1;
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    for (const tag of entry.tags) {
      const keys = this.#keysOfTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.#keysOfTag.delete(tag);
    }
  }

  deleteTagged(tags: readonly string[]): void {
    for (const tag of tags) for (const key of [...(this.#keysOfTag.get(tag) ?? [])]) this.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#keysOfTag.clear();
    this.#bytes = 0;
  }
}
