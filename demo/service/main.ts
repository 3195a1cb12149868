import { endWithParent } from '@/lib/services/parent';
import { demoApp } from './app';

const databaseUrl = process.env.DEMO_DATABASE_URL;
if (!databaseUrl) throw new Error('DEMO_DATABASE_URL is not set: the demo API needs its database');

const app = demoApp({ databaseUrl, redisUrl: process.env.DEMO_REDIS_URL });

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
app.server.listen(Number(process.env.DEMO_PORT ?? 0), '127.0.0.1', () => process.send?.('ready'));
