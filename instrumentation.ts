/** Runs once when the web process starts: open streams must not keep it alive when it is told to stop. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { closeStreams } = await import('./lib/services/open-streams');
  process.on('SIGTERM', closeStreams);
  process.on('SIGINT', closeStreams);
  const { endWithParent } = await import('./lib/services/parent');
  endWithParent(() => process.kill(process.pid, 'SIGTERM'));
}
