import type { z } from 'zod';
import { AppError } from '../../contracts/error';

/** A JSON text and the file it came from, for messages. */
export interface NamedText {
  file: string;
  text: string;
}

class SyntaxAt extends Error {
  constructor(readonly position: number) {
    super('not JSON');
  }
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string
const quoted = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;

/**
 * Position of the value at `path` in a JSON text, or of the nearest one around it that there is.
 * JSON.parse gives no position for most mistakes, hence a scanner of our own; it only runs to say where one is.
 * @throws SyntaxAt where the text stops being JSON
 */
function positionOf(text: string, path: readonly PropertyKey[]): number {
  let at = 0;
  let best = 0;
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined) throw new SyntaxAt(at);
    at += found.length;
    return found;
  };
  const expect = (sign: string) => {
    space();
    if (text[at] !== sign) throw new SyntaxAt(at);
    at++;
  };
  /** `matched`: how many steps of the path lead to this value; −1 when it lies beside the path. */
  const value = (matched: number): void => {
    space();
    if (matched >= 0) best = at;
    const open = text[at];
    if (open !== '{' && open !== '[') {
      take(open === '"' ? quoted : scalar);
      return;
    }
    const close = open === '{' ? '}' : ']';
    at++;
    space();
    if (text[at] === close) {
      at++;
      return;
    }
    for (let index = 0; ; index++) {
      let key: PropertyKey = index;
      if (open === '{') {
        space();
        key = String(JSON.parse(take(quoted)));
        expect(':');
      }
      value(matched >= 0 && path[matched] === key ? matched + 1 : -1);
      space();
      if (text[at] === close) {
        at++;
        return;
      }
      expect(',');
    }
  };
  value(0);
  space();
  if (at < text.length) throw new SyntaxAt(at);
  return best;
}

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

/** 1-based line of the value at `path`, or of what is nearest around it. */
export function lineOf(text: string, path: readonly PropertyKey[]): number {
  try {
    return lineAt(text, positionOf(text, path));
  } catch {
    return 1;
  }
}

/**
 * The value of a JSON file. `fix` says how to get a right one.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function parseJson({ file, text }: NamedText, fix: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    let line = 1;
    try {
      positionOf(text, []);
    } catch (error) {
      if (error instanceof SyntaxAt) line = lineAt(text, error.position);
    }
    throw new AppError('bad-input', `${file}, line ${line}: this is not valid JSON. ${fix}`, {
      field: 'file',
    });
  }
}

/** The value of a JSON file as `schema` has it. @throws AppError bad-input that names the file, the line and the fix */
export function parseJsonAs<T extends z.ZodType>(named: NamedText, schema: T, fix: string): z.infer<T> {
  return valueAs(named, parseJson(named, fix), schema, { fix, lineOf: (path) => lineOf(named.text, path) });
}

/** A value read from a file, as `schema` has it. @throws AppError bad-input that names the file, the line and the fix */
export function valueAs<T extends z.ZodType>(
  { file }: NamedText,
  value: unknown,
  schema: T,
  o: { fix: string; lineOf: (path: readonly PropertyKey[]) => number },
): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  const where = path.length > 0 ? `${path.join('.')}: ` : '';
  throw new AppError(
    'bad-input',
    `${file}, line ${o.lineOf(path)}: ${where}${issue?.message ?? 'not understood'}. ${o.fix}`,
    { field: 'file' },
  );
}
