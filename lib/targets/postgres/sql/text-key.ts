/**
 * A statement's text without comments and with single spaces: what two texts of one statement have in common.
 * PostgreSQL gives one text several queryids (constants or bound parameters, another role's search_path), and
 * keeps whichever comments came first.
 */
export function textKey(sql: string): string {
  return sql
    .replace(
      /("(?:[^"]|"")*"|'(?:[^']|'')*')|\/\*.*?\*\/|--[^\n]*/gs,
      (_, quoted: string | undefined) => quoted ?? ' ',
    )
    .replace(/\s+/g, ' ')
    .replace(/;$/, '')
    .trim();
}
