import fs from 'node:fs/promises';
import { endWithParent } from '@/lib/services/parent';
import { demoApp } from './app';

const databaseUrl = process.env.DEMO_DATABASE_URL;
if (!databaseUrl) throw new Error('DEMO_DATABASE_URL is not set: the demo API needs its database');

/** Where the values of the knobs outlive a restart. */
const knobsFile = process.env.DEMO_KNOBS_FILE;

const app = demoApp({
  databaseUrl,
  redisUrl: process.env.DEMO_REDIS_URL,
  knobsToken: process.env.DEMO_KNOBS_TOKEN,
  onKnobs: async (values) => {
    if (!knobsFile) return;
    await fs.writeFile(`${knobsFile}.new`, JSON.stringify(values));
    await fs.rename(`${knobsFile}.new`, knobsFile);
  },
});

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(0), 3_000).unref();
  await app.close();
  process.exit(0);
}

process.once('SIGTERM', () => void end());
process.once('SIGINT', () => void end());
endWithParent(() => void end());

app.server.on('error', (error) => {
  console.error(`The demo API cannot listen: ${error.message}`);
  process.exit(1);
});
await restoreKnobs();
app.server.listen(Number(process.env.DEMO_PORT ?? 0), '127.0.0.1', () => process.send?.('ready'));

/** Values that were set before a restart hold again; the service starts without them when they cannot be read. */
async function restoreKnobs(): Promise<void> {
  if (!knobsFile) return;
  const text = await fs.readFile(knobsFile, 'utf8').catch(() => null);
  if (text === null) return;
  try {
    const values: unknown = JSON.parse(text);
    const why = app.knobs.refusal(values);
    if (why !== null) throw new Error(why);
    await app.knobs.set(values as Parameters<typeof app.knobs.set>[0]);
  } catch (error) {
    console.error(`The knobs in ${knobsFile} are not used:`, error);
  }
}
