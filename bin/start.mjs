// `npm start`: everything from a fresh clone to a running Ratchet. Only node builtins until the packages are there.
import {
  checkNode,
  ensureBuilt,
  ensureGenerated,
  ensureInstalled,
  root,
  Stop,
  stopRunning,
} from './lib/ensure.mjs';

const args = process.argv.slice(2);
const known = ['--dev', '--no-demo', '--help'];
const unknown = args.filter((arg) => !known.includes(arg));
if (unknown.length > 0 || args.includes('--help')) {
  if (unknown.length > 0) console.error(`Unknown option: ${unknown.join(' ')}\n`);
  console.log(`npm start [-- OPTIONS]

  --no-demo   leave out the demo stack (the same as RATCHET_DEMO=off)
  --dev       rebuild on changes (the same as npm run dev)

  PORT, HOST, RATCHET_DATA_DIR (default .ratchet), DATABASE_URL (a PostgreSQL to use as the store),
  REDIS_URL and RATCHET_PUBLIC_URL are honoured.`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

// Until the supervisor takes over: end the step that runs, and go.
const early = () => {
  stopRunning();
  process.exit(130);
};
process.on('SIGINT', early);
process.on('SIGTERM', early);

try {
  const dev = args.includes('--dev');
  checkNode();
  await ensureInstalled(console.log);
  await ensureGenerated(console.log);
  if (!dev) await ensureBuilt(console.log);
  process.chdir(root);
  const { register } = await import('tsx/esm/api');
  register();
  const { start } = await import('./start.ts');
  process.off('SIGINT', early);
  process.off('SIGTERM', early);
  process.exit(await start({ root, dev, demo: !args.includes('--no-demo') }));
} catch (error) {
  console.error(
    `\n✗ ${error instanceof Stop || error?.name === 'AppError' ? error.message : (error?.stack ?? error)}`,
  );
  process.exit(1);
}
