import fs from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { configurationOf } from '@/lib/configure/configuration';
import type { Configuration } from '@/lib/contracts/configuration';
import { AppError } from '@/lib/contracts/error';
import { exit, type Run } from './exit';
import { print, printJson } from './output';
import { withStore } from './store';

const root = path.resolve(import.meta.dirname, '../..');

/** `ratchet config --stack NAME [--out DIR] [--json]` */
export function configCommand(done: Run): Command {
  return new Command('config')
    .description('configuration files from what was found and measured, as a difference to what runs')
    .requiredOption('--stack <name>', 'a stack of this installation')
    .option('--out <dir>', 'write the files into a folder instead of standard output')
    .option('--json', 'print {stack, files, dashboards}')
    .action(async ({ stack, out, json }: { stack: string; out?: string; json?: boolean }) => {
      const configuration = await withStore((store) => configurationOf(store, stack));
      const written = out === undefined ? [] : await writeAll(configuration, out);
      if (json) printJson(configuration);
      else if (out === undefined) print(asText(configuration));
      else print([...written, ...nothings(configuration)].join('\n'));
      done(exit.fine);
    });
}

async function writeAll({ files, dashboards }: Configuration, out: string): Promise<string[]> {
  const texts = files.flatMap((f) => [
    ...(f.text === null ? [] : [{ name: f.name, text: f.text }]),
    ...(f.inverse ? [f.inverse] : []),
  ]);
  try {
    await fs.mkdir(out, { recursive: true });
    for (const { name, text } of texts) await fs.writeFile(path.join(out, name), text);
    for (const { name, path: from } of dashboards)
      await fs.copyFile(path.join(root, 'public', from), path.join(out, name));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('bad-input', `--out: ${out} cannot be written: ${why}`, { cause });
  }
  return [...texts, ...dashboards].map(({ name }) => `wrote ${path.join(out, name)}`);
}

const nothings = ({ files }: Configuration) =>
  files.flatMap((f) => (f.text === null ? [`nothing for ${f.name}: ${f.nothing ?? ''}`] : []));

function asText({ files }: Configuration): string {
  const parts = files.map((f) =>
    [`### ${f.name}: ${f.title}`, f.text ?? `Nothing is proposed. ${f.nothing ?? ''}`, ...f.notes].join('\n'),
  );
  return parts.join('\n\n');
}
