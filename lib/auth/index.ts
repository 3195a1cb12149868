export { sessionValue } from './cookie';
export { currentActor, requireActor, requireRole } from './require-actor';
export { signOut } from './session';
export { createSignInLink, START_LINK_MINUTES, useSignInLink } from './sign-in-link';
export { createToken, listTokens, revokeToken, type TokenView } from './tokens';
export { createUser, disableUser, enableUser, listUsers, setUserRole, type UserView } from './users';
