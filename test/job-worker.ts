// A worker process for tests to kill: runs jobs of the kind `forever` on the store given by URL.
import { z } from 'zod';
import { startJobRunner } from '@/lib/jobs/runner';
import { openStore } from '@/lib/store/client';

const store = await openStore(process.argv[2] ?? '');
await startJobRunner(store, [
  {
    kind: 'forever',
    schema: z.unknown(),
    handle: (_, ctx) => ctx.say('begun').then(() => new Promise(() => setInterval(() => undefined, 1_000))),
  },
]);
