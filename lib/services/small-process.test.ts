import { describe, expect, it } from 'vitest';
import { smallProcess } from './small-process';

describe('smallProcess', () => {
  it('bounds heap and arenas', () => {
    expect(smallProcess({})).toEqual({
      args: ['--max-semi-space-size=4', '--max-old-space-size=768'],
      env: { MALLOC_ARENA_MAX: '2' },
    });
  });

  it.each([
    ['--max-old-space-size=4096', ['--max-semi-space-size=4']],
    ['--max_old_space_size=4096', ['--max-semi-space-size=4']],
    ['--trace-gc --max-semi-space-size=64', ['--max-old-space-size=768']],
  ])('leaves to NODE_OPTIONS what it says: %s', (options, args) => {
    expect(smallProcess({ NODE_OPTIONS: options }).args).toEqual(args);
  });

  it('leaves arenas to the environment', () => {
    expect(smallProcess({ MALLOC_ARENA_MAX: '8' }).env).toEqual({});
  });
});
