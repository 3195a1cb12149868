import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { programAt } from './program';

const root = path.resolve('/somewhere/ratchet');
const from = (file: string) => pathToFileURL(path.join(root, file)).href;

describe('programAt', () => {
  it('in the build: beside the bundle that asks, by Node alone', () => {
    expect(programAt('generator', from('dist/chunk-1.mjs'))).toEqual({
      file: path.join(root, 'dist/generator.mjs'),
      execArgv: [],
      root,
    });
  });

  it('from TypeScript: that of bin, through the loader', () => {
    expect(programAt('load-generator', from('lib/load/program.ts'))).toEqual({
      file: path.join(root, 'bin/load-generator.ts'),
      execArgv: ['--import', 'tsx'],
      root,
    });
  });
});
