const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Names of the `{name}` placeholders in `text` that are among `known`, each once. */
export function placeholdersOf(text: string, known: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const [, name] of text.matchAll(placeholder))
    if (name !== undefined && known.has(name)) found.add(name);
  return [...found];
}

/** Replaces `{name}` by the row's value, encoded. What the row does not name stays as it is (JSON has braces too). */
export function fill(text: string, row: Record<string, string>, encode: (value: string) => string): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = row[name];
    return value === undefined ? whole : encode(value);
  });
}

/** JSON string escape without the quotes, so that `"{name}"` in a body stays one string. */
export function jsonEscape(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
