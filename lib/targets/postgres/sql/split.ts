import { AppError } from '@/lib/contracts/error';

export interface SplitStatement {
  /** Line of its first word, from 1. */
  line: number;
  /** Without the semicolon. */
  sql: string;
}

/**
 * Cuts a text into statements at semicolons outside of quotes, comments and dollar quotes. Empty statements are left out.
 * @throws AppError 'bad-input' naming `file` and the line where a quote or a comment begins that is not closed.
 */
export function splitStatements(text: string, file: string): SplitStatement[] {
  const statements: SplitStatement[] = [];
  const fail = (at: number, what: string) =>
    new AppError('bad-input', `${file}: line ${lineAt(text, at)}: ${what} is not closed.`);
  if (text.includes('\0'))
    throw new AppError('bad-input', `${file}: line ${lineAt(text, text.indexOf('\0'))}: not a text file.`);
  let from = 0;
  let first = -1;
  const end = (at: number) => {
    if (first >= 0) statements.push({ line: lineAt(text, first), sql: text.slice(from, at).trim() });
    from = at + 1;
    first = -1;
  };
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i, i + 64);
    const c = text.charAt(i);
    if (rest.startsWith('--')) {
      const newline = text.indexOf('\n', i);
      i = newline < 0 ? text.length : newline + 1;
      continue;
    }
    if (rest.startsWith('/*')) {
      i = afterComment(text, i) ?? raise(fail(i, 'a comment'));
      continue;
    }
    if (c === ';') {
      end(i);
      i++;
      continue;
    }
    if (/\s|\uFEFF/.test(c)) {
      i++;
      continue;
    }
    if (first < 0) first = i;
    const tag = /^\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/.exec(rest)?.[0];
    if (c === "'" || c === '"') {
      const escapes = c === "'" && /(^|[^\w$])[eE]$/.test(text.slice(Math.max(0, i - 2), i));
      i = afterQuote(text, i, escapes) ?? raise(fail(i, 'a quote'));
    } else if (tag !== undefined && !/[\w$]/.test(text.charAt(i - 1))) {
      const close = text.indexOf(tag, i + tag.length);
      if (close < 0) throw fail(i, `the quote ${tag}`);
      i = close + tag.length;
    } else i++;
  }
  end(text.length);
  return statements;
}

function raise(error: AppError): never {
  throw error;
}

/** Place behind a quoted text that begins at `i`, a doubled quote inside it being one; null when it does not end. */
function afterQuote(text: string, i: number, escapes: boolean): number | null {
  const quote = text.charAt(i);
  for (let at = i + 1; at < text.length; at++) {
    const c = text.charAt(at);
    if (escapes && c === '\\') at++;
    else if (c === quote) {
      if (text.charAt(at + 1) !== quote) return at + 1;
      at++;
    }
  }
  return null;
}

/** Place behind a comment, which may hold others; null when it does not end. */
function afterComment(text: string, i: number): number | null {
  let depth = 0;
  for (let at = i; at < text.length; at++) {
    const two = text.slice(at, at + 2);
    if (two === '/*') {
      depth++;
      at++;
    } else if (two === '*/') {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
