// The programs that run for long, each as one file of JavaScript: run from TypeScript, they would keep the compiler's
// loader and its thread in memory.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** What is bundled: bin/NAME.ts becomes dist/NAME.mjs. lib/load/program.ts expects the generators beside the worker. */
const programs = ['worker', 'generator', 'load-generator'];

/** Writes the bundles into dist. Packages stay outside: Node loads from node_modules what is asked for. */
export async function bundle(root) {
  const outdir = path.join(root, 'dist');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: programs.map((name) => `bin/${name}.ts`),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'silent',
  });
}
