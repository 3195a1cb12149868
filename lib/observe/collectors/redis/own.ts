/** Lookups of keys that Ratchet itself made on a server, as the server counts them. */
export class OwnLookups {
  hits = 0;
  misses = 0;

  /** TTL and TYPE look a key up; `found` tells whether it was (still) there. MEMORY USAGE and SCAN count nothing. */
  count(found: boolean): void {
    if (found) this.hits += 1;
    else this.misses += 1;
  }
}
