// `npm run generate`: the Prisma client, when it is stale.
import { ensureGenerated } from './lib/ensure.mjs';

await ensureGenerated(console.log);
