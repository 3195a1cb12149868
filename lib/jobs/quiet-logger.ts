import { Logger } from 'graphile-worker';
import { log } from '@/lib/config/log';

/** graphile-worker's log lines in ours; its everyday chatter only at debug. */
export const quietLogger = new Logger(() => (level, message, meta) => {
  if (level === 'error') log.error({ meta }, message);
  else if (level === 'warning') log.warn({ meta }, message);
  else log.debug(message);
});
