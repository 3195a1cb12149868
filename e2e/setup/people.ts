import fs from 'node:fs';
import path from 'node:path';
import { tourCookie } from '../../lib/client/tour';

export const people = ['admin', 'operator', 'viewer'] as const;
export type Person = (typeof people)[number];

/** Where the signed-in state of a person is kept between the setup and the tests. */
export const stateFile = (folder: string, person: Person): string => path.join(folder, `${person}.json`);

/** Signs in by the first link and makes an operator and a viewer, each signed in by a link of their own. */
export async function makePeople(link: URL, folder: string): Promise<void> {
  process.env.RATCHET_E2E_URL = link.origin;
  const admin = await redeem(link.origin, link.pathname);
  keep(link, folder, 'admin', admin);
  for (const role of ['operator', 'viewer'] as const) {
    const name = `e2e-${role}-${Date.now().toString(36)}`;
    const response = await post(link.origin, 'users', { name, role }, admin);
    const { signInPath } = (await response.json()) as { signInPath: string };
    keep(link, folder, role, await redeem(link.origin, signInPath));
  }
}

/** Turns a link into a session cookie: `name=value`. */
async function redeem(origin: string, signInPath: string): Promise<string> {
  const token = signInPath.split('/').pop();
  const response = await post(origin, 'sign-in', { token });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error('signing in set no cookie');
  return cookie;
}

async function post(origin: string, route: string, body: unknown, cookie?: string): Promise<Response> {
  const response = await fetch(`${origin}/api/v1/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, ...(cookie ? { cookie } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${route}: ${response.status} ${await response.text()}`);
  return response;
}

function keep(link: URL, folder: string, person: Person, cookie: string): void {
  const [name = '', ...value] = cookie.split('=');
  const here = {
    domain: link.hostname,
    path: '/',
    expires: -1,
    httpOnly: true,
    secure: false,
    sameSite: 'Lax' as const,
  };
  const cookies = [
    { ...here, name, value: value.join('=') },
    // They know their way: the tour has a test of its own.
    { ...here, name: tourCookie, value: 'off', httpOnly: false },
  ];
  const state = { cookies, origins: [] };
  fs.writeFileSync(stateFile(folder, person), JSON.stringify(state), { mode: 0o600 });
}
