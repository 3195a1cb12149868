import { CORE_SCHEMA, load, types, YAMLException } from 'js-yaml';
import type { z } from 'zod';
import { AppError } from '../../contracts/error';
import { type NamedText, valueAs } from './json-text';

/** Longest YAML text that is read, characters; the largest public OpenAPI documents have about 10 million. */
const mostCharacters = 16 * 1024 * 1024;

/** YAML 1.2 as OpenAPI asks for it (a date stays text), and merge keys (`<<`), which many documents use all the same. */
const schema = CORE_SCHEMA.extend({ implicit: [types.merge] });

/** Depth and merged keys are bounded by the parser; an alias becomes a reference to the one value, and costs nothing. */
const limits = { maxDepth: 100, maxTotalMergeKeys: 10_000 };

/**
 * The value of a YAML file as `shape` has it. A value that is used through aliases is one object in several places: whoever
 * writes it out must bound its size.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function parseYamlAs<T extends z.ZodType>(named: NamedText, shape: T, fix: string): z.infer<T> {
  const { file, text } = named;
  const refuse = (why: string): never => {
    throw new AppError('bad-input', `${file}${why}. ${fix}`, { field: 'file' });
  };
  if (text.length > mostCharacters) refuse(' is too long for YAML, of which 16 million characters are read');
  try {
    return valueAs(named, load(text, { schema, ...limits }), shape, {
      fix,
      lineOf: (path) => lineOfKey(text, path[0]),
    });
  } catch (error) {
    if (error instanceof YAMLException) {
      const { mark, reason } = error;
      return refuse(`${mark ? `, line ${mark.line + 1}` : ''}: this is not valid YAML (${reason})`);
    }
    throw error;
  }
}

/** 1-based line on which a key of the document itself stands; 1 when it is not there. */
function lineOfKey(text: string, key: PropertyKey | undefined): number {
  if (typeof key !== 'string') return 1;
  const at = text.split('\n').findIndex((line) => /^(["']?)([\w-]+)\1\s*:/.exec(line)?.[2] === key);
  return at < 0 ? 1 : at + 1;
}
