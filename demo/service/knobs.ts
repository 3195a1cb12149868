import { createHash, timingSafeEqual } from 'node:crypto';

export const knobsPath = '/.well-known/ratchet/knobs';

interface Described {
  name: string;
  /** What it does, for people. */
  description: string;
  /** Routes it changes something for; left out: any. */
  routes?: string[];
  /** A materialized view that is read when it is on. */
  view?: string;
}
export type Knob = Described &
  (
    | { type: 'boolean'; value: boolean }
    | { type: 'integer'; value: number; minimum: number; maximum: number; unit?: string }
  );
export type KnobValues = Record<string, boolean | number>;

/** Settings that can be changed while the service runs, by whoever has the token. See docs/knobs.md. */
export class Knobs {
  #knobs: readonly Knob[];
  readonly #token: Buffer;
  readonly #apply: (values: KnobValues) => Promise<void>;
  /** Changes take place one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** `apply` gets all values, and resolves when they hold. */
  constructor(knobs: readonly Knob[], token: string, apply: (values: KnobValues) => Promise<void>) {
    this.#knobs = knobs;
    this.#token = digest(`Bearer ${token}`);
    this.#apply = apply;
  }

  /** Answers GET and PUT; `body` is the parsed JSON of a PUT. */
  async answer(method: string, authorization: string | undefined, body: unknown) {
    if (!timingSafeEqual(digest(authorization ?? ''), this.#token))
      return { status: 401, body: { error: 'a bearer token is needed' } };
    if (method === 'GET') return { status: 200, body: { knobs: this.#knobs } };
    const why = this.refusal(body);
    if (why !== null) return { status: 400, body: { error: why } };
    await this.set(body as KnobValues);
    return { status: 200, body: { knobs: this.#knobs } };
  }

  /** Why values cannot be taken; null when they can. Nothing is set when one of them is wrong. */
  refusal(values: unknown): string | null {
    if (typeof values !== 'object' || values === null || Object.keys(values).length === 0)
      return 'the body is a JSON object of names and values';
    for (const [name, value] of Object.entries(values)) {
      const knob = this.#knobs.find((k) => k.name === name);
      if (!knob) return `there is no knob "${name}"`;
      if (knob.type === 'boolean' && typeof value !== 'boolean') return `${name} is true or false`;
      if (knob.type === 'integer') {
        const fits = Number.isInteger(value) && value >= knob.minimum && value <= knob.maximum;
        if (!fits) return `${name} is a whole number from ${knob.minimum} to ${knob.maximum}`;
      }
    }
    return null;
  }

  /** Sets some values, which `refusal` has let through; resolves when they hold. */
  set(values: KnobValues): Promise<void> {
    const turn = this.#last.then(async () => {
      const next = this.#knobs.map((knob): Knob => {
        const value = values[knob.name];
        if (knob.type === 'boolean') return typeof value === 'boolean' ? { ...knob, value } : knob;
        return typeof value === 'number' ? { ...knob, value } : knob;
      });
      await this.#apply(Object.fromEntries(next.map((k) => [k.name, k.value])));
      this.#knobs = next;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** Digests have one length, as a comparison in constant time wants it. */
const digest = (text: string) => createHash('sha256').update(text).digest();
