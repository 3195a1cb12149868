import { type Sizes, writtenSize } from './written-size';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Most characters that all examples taken from a document may amount to, each counted as often as it is used. */
const mostCharacters = 64 * 1024 * 1024;
/** What looking at one parameter or schema counts as, for references and aliases can multiply those too. */
const perLook = 400;

/** Looks up `#/…` references in one OpenAPI document, and bounds how much is made of it. */
export class References {
  #left = mostCharacters;
  readonly #sizes: Sizes = new WeakMap();
  readonly #known = new Map<string, unknown>();
  /** Something was not taken since this was last set to false, for it was too much. */
  tooMuch = false;

  constructor(readonly document: unknown) {}

  /** Whether there is room left to look at so many more parameters or schemas. */
  mayLook(times = 1): boolean {
    return this.#take(times * perLook);
  }

  /** `values` where there is room left to write them out, else none. */
  affordable(values: unknown[]): unknown[] {
    return this.#take(writtenSize(values, this.#sizes)) ? values : [];
  }

  #take(characters: number): boolean {
    if (characters > this.#left) {
      this.tooMuch = true;
      return false;
    }
    this.#left -= characters;
    return true;
  }

  /** The object that `value` is or refers to; null when it is none, or the reference leads nowhere or in a circle. */
  object(value: unknown): Record<string, unknown> | null {
    let at = value;
    for (let hops = 0; hops < 20; hops++) {
      if (!isObject(at)) return null;
      if (typeof at.$ref !== 'string') return at;
      at = this.#found(at.$ref);
    }
    return null;
  }

  #found(reference: string): unknown {
    if (!this.#known.has(reference)) this.#known.set(reference, this.#find(reference));
    return this.#known.get(reference);
  }

  #find(reference: string): unknown {
    if (!reference.startsWith('#/')) return null;
    let at: unknown = this.document;
    for (const part of reference.slice(2).split('/')) {
      const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(at)) at = at[Number(key)];
      else if (isObject(at)) at = at[key];
      else return null;
    }
    return at;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that begins no code stands for itself.
    return part;
  }
}

/**
 * The values a document itself gives for a parameter or a media type: `example`, `examples`, then those of its schema
 * (`example`, `examples`, `enum`, `const`, `default`). Empty when it gives none, and when they are too much to be taken
 * (`refs.tooMuch`); none is ever made up.
 */
export function givenValues(holder: Record<string, unknown>, refs: References): unknown[] {
  return refs.mayLook() ? refs.affordable(foundValues(holder, refs)) : [];
}

function foundValues(holder: Record<string, unknown>, refs: References): unknown[] {
  if (holder.example !== undefined) return [holder.example];
  const examples = listed(holder.examples, refs);
  if (examples.length > 0) return examples;
  return schemaValues(holder.schema, refs, 0);
}

/** Whether an optional parameter comes with an example, which is the author's word that it is meant to be sent. */
export function hasExample(holder: Record<string, unknown>, refs: References): boolean {
  return holder.example !== undefined || listed(holder.examples, refs).length > 0;
}

/** `examples` of OpenAPI is a map of objects with a `value`; that of JSON Schema a plain list. */
function listed(examples: unknown, refs: References): unknown[] {
  if (Array.isArray(examples)) return examples;
  if (!isObject(examples)) return [];
  return Object.values(examples).flatMap((e) => {
    const value = refs.object(e)?.value;
    return value === undefined ? [] : [value];
  });
}

const deepest = 12;

function schemaValues(schema: unknown, refs: References, depth: number): unknown[] {
  const s = refs.object(schema);
  if (!s || depth > deepest || !refs.mayLook()) return [];
  if (s.example !== undefined) return [s.example];
  if (Array.isArray(s.examples) && s.examples.length > 0) return s.examples;
  if (Array.isArray(s.enum) && s.enum.length > 0) return s.enum;
  if (s.const !== undefined) return [s.const];
  if (s.default !== undefined) return [s.default];
  if (Array.isArray(s.allOf)) return merged(s, refs, depth);
  for (const choice of [s.oneOf, s.anyOf]) {
    for (const option of Array.isArray(choice) ? choice : []) {
      const values = schemaValues(option, refs, depth + 1);
      if (values.length > 0) return values;
    }
  }
  if (isObject(s.properties)) return built(s, refs, depth);
  if (s.items !== undefined) {
    const [first] = schemaValues(s.items, refs, depth + 1);
    return first === undefined ? [] : [[first]];
  }
  return [];
}

/** An object of the properties that have values, when all required ones do. */
function built(s: Record<string, unknown>, refs: References, depth: number): unknown[] {
  const required = new Set(Array.isArray(s.required) ? s.required : []);
  const object: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(isObject(s.properties) ? s.properties : {})) {
    if (refs.object(schema)?.readOnly === true) continue;
    const [first] = schemaValues(schema, refs, depth + 1);
    if (first !== undefined) object[name] = first;
    else if (required.has(name)) return [];
  }
  return Object.keys(object).length > 0 ? [object] : [];
}

/** All parts of an `allOf` together; none when one of them has no value. */
function merged(s: Record<string, unknown>, refs: References, depth: number): unknown[] {
  const whole: Record<string, unknown> = {};
  for (const part of Array.isArray(s.allOf) ? s.allOf : []) {
    const [value] = schemaValues(part, refs, depth + 1);
    if (!isObject(value)) return [];
    Object.assign(whole, value);
  }
  return Object.keys(whole).length > 0 ? [whole] : [];
}
