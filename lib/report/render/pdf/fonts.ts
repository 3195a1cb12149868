import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@/lib/contracts/error';

/** The typefaces of the pages, embedded so that every sign of a statement is there on every machine. */
const files = {
  sans: 'node_modules/geist/dist/fonts/geist-sans/Geist-Regular.ttf',
  bold: 'node_modules/geist/dist/fonts/geist-sans/Geist-SemiBold.ttf',
  mono: 'node_modules/geist/dist/fonts/geist-mono/GeistMono-Regular.ttf',
} as const;

export type Face = keyof typeof files;

/** Where each typeface is. @throws AppError internal when the package is not installed whole */
export function fontFiles(): Record<Face, string> {
  // Bundled, a module does not know its own place; the web process runs in the root.
  const roots = [process.cwd(), path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..')];
  const root = roots.find((dir) => fs.existsSync(path.join(dir, files.sans)));
  if (root === undefined)
    throw new AppError('internal', 'The typefaces of the PDF are missing. Run npm install, then try again.');
  return {
    sans: path.join(root, files.sans),
    bold: path.join(root, files.bold),
    mono: path.join(root, files.mono),
  };
}
