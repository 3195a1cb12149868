const shapes = [
  /^\d+$/,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^(?=.*\d)[0-9a-f]{8,}$/i,
  /^[0-9A-HJKMNP-TV-Z]{26}$/,
  /^(?=(?:.*\d){3})(?=.*[A-Za-z])[A-Za-z0-9_-]{16,}$/,
  /^\d{4}-\d{2}-\d{2}$/,
  /^[^@/]+@[^@/]+$/,
];

/**
 * Whether a path segment looks like the id of one thing: a number, a UUID, eight or more hexadecimal digits, a ULID,
 * a long token with digits in it, a date, an address of e-mail. `v1` and `index.html` are none.
 */
export function looksLikeId(segment: string): boolean {
  return shapes.some((shape) => shape.test(segment));
}

/** A parameter named for the collection before it: `/models/42` → `model_id`, `/42` → `id`. */
export function parameterName(before: string, suffix: 'id' | 'name'): string {
  const words = before.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const one = words
    .replace(/ies$/, 'y')
    .replace(/(ss|sh|ch|x)es$/, '$1')
    .replace(/([^s])s$/, '$1');
  return one === '' || /^\d/.test(one) ? suffix : `${one}_${suffix}`.toLowerCase();
}
