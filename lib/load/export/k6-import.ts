import { AppError } from '../../contracts/error';
import type { LoadRecord } from '../../contracts/load-record';
import { type ImportOptions, K6Lines } from './k6-lines';
import { readK6Summary } from './k6-summary';

/**
 * Results of k6 as a run: lines of `--out json`, or a summary. Told apart by the first line, since a summary is one
 * JSON object over many lines, or one without a `type`.
 * @throws AppError bad-input that names the file, the line and the fix
 */
export function readK6Result(text: string, o: ImportOptions & { endedAt: Date }): LoadRecord {
  if (text.startsWith('\u001f'))
    throw new AppError(
      'bad-input',
      `${o.file}: it is compressed, as k6 writes a file whose name ends in .gz. Unpack it with gunzip first.`,
      { field: 'file' },
    );
  if (!/^\s*\{\s*"(type|metric|data)"\s*:/.test(text.slice(0, 200))) return readK6Summary(text, o);
  const lines = new K6Lines(o);
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    lines.add(text.slice(at, end < 0 ? undefined : end));
    at = end < 0 ? text.length : end + 1;
  }
  return lines.record();
}
