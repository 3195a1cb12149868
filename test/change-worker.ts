// A process for tests to kill: applies or rolls back one change of the store given by URL.
import type { Actor } from '@/lib/contracts/auth';
import { applyChange, rollbackChange } from '@/lib/optimize/runner';
import { openStore } from '@/lib/store/client';

const [url = '', id = '', direction = 'apply'] = process.argv.slice(2);
const actor: Actor = { userId: null, name: 'test', role: 'operator', via: 'worker' };
const store = await openStore(url, { max: 4 });
await (direction === 'apply' ? applyChange : rollbackChange)(store, Number(id), actor);
await store.close();
