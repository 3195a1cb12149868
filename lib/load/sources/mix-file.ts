import { AppError } from '../../contracts/error';
import { LoadMix } from '../../contracts/load';
import type { LoadSource } from '../../contracts/load-source';
import { lineOf, parseJsonAs } from './json-text';

const fix =
  'A mix is {"requests":[{"name":"GET /x","path":"/x","weight":1}],"parameters":{"id":{"values":["1"]}}}; docs/load-tests.md has all fields.';

/**
 * A mix file: JSON as the contract `LoadMix` has it.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readMixFile(file: string, text: string): LoadSource {
  const mix = parseJsonAs({ file, text }, LoadMix, fix);
  const names = new Set<string>();
  mix.requests.forEach(({ name, expect }, i) => {
    const wrong = (path: PropertyKey[], what: string): never => {
      throw new AppError('bad-input', `${file}, line ${lineOf(text, path)}: ${what}`, { field: 'file' });
    };
    if (names.has(name))
      wrong(['requests', i, 'name'], `"${name}" is used twice. Give each request its own name.`);
    names.add(name);
    if (expect?.bodyMatches !== undefined && !isPattern(expect.bodyMatches)) {
      wrong(
        ['requests', i, 'expect', 'bodyMatches'],
        'this is no regular expression of JavaScript. Correct it.',
      );
    }
  });
  return { mix, notes: [], leftOut: [], replay: null };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
