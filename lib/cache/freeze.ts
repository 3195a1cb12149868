/** Freezes plain objects and arrays to their depth: a value in memory is shared by all who read it. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (!plain) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
