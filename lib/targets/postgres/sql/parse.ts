import { loadModule, type Node, parseSync, type ScanToken, SqlError, scanSync } from 'libpg-query';
import { AppError } from '@/lib/contracts/error';

let loaded: Promise<void> | null = null;

/** Loads the WebAssembly parser once (about 35 ms). */
function load(): Promise<void> {
  loaded ??= loadModule();
  return loaded;
}

/** Texts longer than this are not parsed: the tree would cost more memory than the advice is worth. */
const maxLength = 200_000;

/**
 * Parses exactly one SQL statement with PostgreSQL's own grammar.
 * @throws AppError 'unsupported' with the parser's reason (texts cut off by track_activity_query_size, several
 * statements, no statement).
 */
export async function parseStatement(sql: string): Promise<Node> {
  await load();
  if (sql.length > maxLength) throw new AppError('unsupported', 'The statement is too long to analyse.');
  let statements: { stmt?: Node }[];
  try {
    statements = parseSync(sql).stmts ?? [];
  } catch (error) {
    const reason = error instanceof SqlError || error instanceof Error ? error.message : String(error);
    throw new AppError('unsupported', `The statement cannot be parsed: ${reason}.`, { cause: error });
  }
  if (statements.length > 1) throw new AppError('unsupported', 'Several statements in one text.');
  const statement = statements[0]?.stmt;
  if (!statement) throw new AppError('unsupported', 'The text holds no statement.');
  return statement;
}

/** Whether the text parses. */
export async function parses(sql: string): Promise<boolean> {
  return parseStatement(sql).then(
    () => true,
    (error) => {
      if (error instanceof AppError) return false;
      throw error;
    },
  );
}

/** Tokens of a text that parses, with offsets in characters (the scanner counts bytes). */
export async function tokensOf(sql: string): Promise<ScanToken[]> {
  await load();
  const tokens = scanSync(sql).tokens.filter((t) => !/COMMENT/.test(t.tokenName));
  const bytes = Buffer.from(sql);
  if (bytes.length === sql.length) return tokens;
  const at = (offset: number) => bytes.subarray(0, offset).toString().length;
  return tokens.map((t) => ({ ...t, start: at(t.start), end: at(t.end) }));
}
