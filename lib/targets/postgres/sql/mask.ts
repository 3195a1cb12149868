/**
 * The text of a statement without its constants, which may be data: strings and numbers become `?`, comments go. Works
 * on any text, also one that is cut off in the middle; where in doubt (a backslash before a quote) it hides more.
 */
export function maskConstants(sql: string): string {
  return sql
    .replace(
      /("(?:[^"]|"")*(?:"|$))|(\$[A-Za-z_]*\$)[\s\S]*?(?:\2|$)|(?:\b[eEnNbBxX]|\b[uU]&)?'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)|(\/\*[\s\S]*?(?:\*\/|$)|--[^\n]*)|(\$\d+)|(?<![\w$])(?:0[xX][0-9a-fA-F]+|\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?)/g,
      (_, name?: string, _tag?: string, comment?: string, parameter?: string) =>
        name ?? parameter ?? (comment === undefined ? '?' : ' '),
    )
    .replace(/\s+/g, ' ')
    .trim();
}
