import { signalSession } from '../../postgres/signal-session';

/** Cancels the running statement of a session; its connection stays. */
export const cancelSession = signalSession(
  {
    id: 'postgres/cancel-session',
    title: 'Cancel the statement of a session',
    kind: 'postgres',
    risk: 'medium',
    locks:
      'None. The statement fails with "canceling statement due to user request"; locks of its transaction stay until the client rolls it back.',
    reversible: false,
    needsRestart: false,
  },
  'pg_cancel_backend',
  'Cancel the statement of',
);
