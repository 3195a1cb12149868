import { config } from '@/lib/config';

export const SESSION_COOKIE = 'ratchet_session';

/** Browsers keep a cookie for 400 days at most; the session itself ends on the server, after 30 days unused. */
const MAX_AGE_S = 400 * 24 * 3600;

/** A Set-Cookie value that carries a session. Secure where people reach us over https. */
export function sessionCookie(value: string): string {
  return [`${SESSION_COOKIE}=${value}`, `Max-Age=${MAX_AGE_S}`, ...attributes()].join('; ');
}

/** A Set-Cookie value that removes the session. */
export const removedCookie = () => [`${SESSION_COOKIE}=`, 'Max-Age=0', ...attributes()].join('; ');

function attributes(): string[] {
  const secure = config().publicUrl?.startsWith('https://') ? ['Secure'] : [];
  return ['Path=/', 'HttpOnly', 'SameSite=Lax', ...secure];
}

/** The session value in a Cookie header, or null. */
export function sessionValue(cookieHeader: string | null | undefined): string | null {
  for (const part of (cookieHeader ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === SESSION_COOKIE) return value.join('=') || null;
  }
  return null;
}
