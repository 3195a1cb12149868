import type { CannotCheck } from '@/lib/contracts/finding';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import type { PostgresContext } from '../../types';

/** What a rule says that needs the present state of a server which could not be read. */
export function notConnected(id: string, { target, liveMissing }: PostgresContext): CannotCheck {
  return {
    id,
    target,
    reason: 'The present state of the server was not read.',
    enable: liveMissing ?? 'Give a connection to the server.',
  };
}

/** Said when the role does not see what others' sessions do; nothing when it does. */
export function unlessAllSeen(id: string, { target, snapshot, live }: PostgresContext): CannotCheck[] {
  if (!live || live.seesAllSessions) return [];
  return [
    {
      id,
      target,
      reason: `${snapshot.role} does not see the sessions of other roles.`,
      enable: `GRANT pg_monitor TO ${displayIdentifier(snapshot.role)};`,
    },
  ];
}
