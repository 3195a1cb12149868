export { sessionValue } from './cookie';
export { currentActor, requireActor, requireRole } from './require-actor';
export { signOut } from './session';
export {
  createSignInLink,
  redeemSignInLink,
  redeemSignInLink as useSignInLink,
  START_LINK_MINUTES,
} from './sign-in-link';
export { createToken, listTokens, revokeToken, type TokenView } from './tokens';
export { createUser, disableUser, enableUser, listUsers, setUserRole, type UserView } from './users';
