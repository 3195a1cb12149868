import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canReach, reachableBinaries } from './server-reach';
import { serverUser } from './server-user';

// Only root starts its servers as another user, who may not reach root's folders.
describe.runIf(process.getuid?.() === 0)('server programs in a private folder', () => {
  let folder = '';
  const copies = new Set<string>();
  beforeAll(async () => {
    folder = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-private-'));
    await fs.mkdir(path.join(folder, 'native', 'bin'), { recursive: true });
    for (const program of ['initdb', 'postgres', 'pg_ctl'])
      await fs.writeFile(path.join(folder, 'native', 'bin', program), `#!/bin/sh\necho ${program}\n`, {
        mode: 0o755,
      });
  });
  afterAll(async () => {
    for (const dir of [folder, ...copies]) await fs.rm(dir, { recursive: true, force: true });
  });

  it('are copied once to where the user reaches them, whoever asks at the same time', async () => {
    const user = await serverUser();
    const at = (program: string) => path.join(folder, 'native', 'bin', program);
    const here = { initdb: at('initdb'), postgres: at('postgres'), pg_ctl: at('pg_ctl') };
    expect(await canReach(user, here.postgres)).toBe(false);
    const found = await Promise.all([1, 2, 3, 4].map(() => reachableBinaries(user, here)));
    for (const { postgres } of found) copies.add(path.dirname(path.dirname(postgres)));
    expect(copies.size).toBe(1);
    for (const { postgres, initdb, pg_ctl } of found)
      for (const program of [postgres, initdb, pg_ctl]) {
        expect(await canReach(user, program)).toBe(true);
        expect(await fs.readFile(program, 'utf8')).toContain(path.basename(program));
      }
    const [copy = ''] = copies;
    const drafts = (await fs.readdir(path.dirname(copy))).filter((name) =>
      name.startsWith(`${path.basename(copy)}.`),
    );
    expect(drafts).toEqual([]);
  });
});
