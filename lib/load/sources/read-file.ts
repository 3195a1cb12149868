import type { LoadFileKind, LoadSource } from '../../contracts/load-source';
import { readAccessLog } from './access-log';
import { readHar } from './har';
import { readMixFile } from './mix-file';
import { readOpenApi } from './openapi';
import type { SourceOptions } from './source';

/**
 * The kind of a file by its content: JSON is told apart by its first keys, YAML by its name or a line that says OpenAPI, and
 * anything else is taken for a log.
 */
export function recogniseFile(text: string, file = ''): LoadFileKind {
  if (/\.ya?ml$/i.test(file)) return 'openapi';
  if (!/^\s*[{[]/.test(text))
    return /^(["']?)(openapi|swagger)\1\s*:/m.test(text.slice(0, 20_000)) ? 'openapi' : 'access-log';
  const head = text.slice(0, 20_000);
  if (/"openapi"\s*:|"swagger"\s*:/.test(head)) return 'openapi';
  if (/^\s*\{\s*"log"\s*:/.test(head)) return 'har';
  return 'mix';
}

/**
 * A file as a workload. `writes` defaults to what the kind allows: a HAR and a mix hold whole requests, a log and an
 * OpenAPI document do not say that changing data is meant.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readSourceFile(
  file: string,
  text: string,
  o: SourceOptions & { kind?: LoadFileKind } = {},
): LoadSource {
  switch (o.kind ?? recogniseFile(text, file)) {
    case 'har':
      return readHar(file, text, o);
    case 'access-log':
      return readAccessLog(file, text, o);
    case 'openapi':
      return readOpenApi(file, text, o);
    case 'mix':
      return readMixFile(file, text);
  }
}
