import pino from 'pino';
import { config } from './index';

/** The log of this process: JSON lines on standard output, which the supervisor keeps in `<dataDir>/logs`. */
export const log = pino({ level: config().logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
