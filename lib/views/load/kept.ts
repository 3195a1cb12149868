import type { Store } from '@/lib/store/client';

/** The newest `most` values by store and id; what is asked for twice at once is made once. A failure is not kept. */
export class Kept<T> {
  readonly #stores = new WeakMap<Store, Map<number, Promise<T>>>();

  constructor(readonly most: number) {}

  get(store: Store, id: number, make: () => Promise<T>): Promise<T> {
    const values = this.#stores.get(store) ?? new Map<number, Promise<T>>();
    this.#stores.set(store, values);
    const there = values.get(id);
    if (there) return there;
    const value = make();
    values.set(id, value);
    value.catch(() => values.delete(id));
    for (const oldest of values.keys()) {
      if (values.size <= this.most) break;
      values.delete(oldest);
    }
    return value;
  }
}
