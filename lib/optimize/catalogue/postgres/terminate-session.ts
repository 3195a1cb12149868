import { signalSession } from '../../postgres/signal-session';

/** Ends a session: its transaction is rolled back, and its client loses the connection. */
export const terminateSession = signalSession(
  {
    id: 'postgres/terminate-session',
    title: 'End a session',
    kind: 'postgres',
    risk: 'high',
    locks:
      'None. The transaction of the session is rolled back and its locks are freed; what it had not committed is lost, and its client loses the connection.',
    reversible: false,
    needsRestart: false,
  },
  'pg_terminate_backend',
  'End',
);
