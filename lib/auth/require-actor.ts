import { type Actor, type Role, roleAllows } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import { getStore, type Store } from '@/lib/store/client';
import { bearerActor } from './bearer';
import { fromOwnPage, isMutation } from './origin';
import { sessionActor } from './session';

/** Who a Cookie header belongs to; null without a valid session. */
export async function currentActor(
  cookieHeader: string | null | undefined,
  store?: Store,
): Promise<Actor | null> {
  return sessionActor(store ?? (await getStore()), cookieHeader);
}

/**
 * Who sends this request, by API token or session, and that they may do what needs `role`. A mutation by
 * session must come from a page of ours. Refused mutations leave an audit entry. Throws
 * AppError('not-signed-in') or AppError('not-allowed').
 */
export async function requireActor(request: Request, role: Role, given?: Store): Promise<Actor> {
  const store = given ?? (await getStore());
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const actor = await bearerActor(store, authorization);
    if (!actor)
      throw new AppError('not-signed-in', 'The API token is not valid: it is wrong or was revoked.');
    return allowed(store, request, actor, role);
  }
  const actor = await sessionActor(store, request.headers.get('cookie'));
  if (!actor) throw new AppError('not-signed-in', 'Sign in first: open the link that `npm start` printed.');
  if (isMutation(request.method) && !fromOwnPage(request.headers)) {
    await refused(store, request, actor, 'the request came from another site');
    throw new AppError(
      'not-allowed',
      'This request did not come from a page of Ratchet. Scripts use an API token.',
    );
  }
  return allowed(store, request, actor, role);
}

/** Throws AppError('not-allowed') unless the actor may do what needs `role`. */
export function requireRole(actor: Actor, role: Role): void {
  if (roleAllows(actor.role, role)) return;
  throw new AppError('not-allowed', `This needs the role ${role}; ${actor.name} is ${actor.role}.`);
}

async function allowed(store: Store, request: Request, actor: Actor, role: Role): Promise<Actor> {
  try {
    requireRole(actor, role);
  } catch (error) {
    if (isMutation(request.method)) await refused(store, request, actor, `needs the role ${role}`);
    throw error;
  }
  return actor;
}

function refused(store: Store, request: Request, actor: Actor, detail: string): Promise<void> {
  const subject = `${request.method} ${new URL(request.url).pathname}`;
  return audit(store.db, actor, { action: 'request', subject, outcome: 'refused', detail });
}
