import { AppError } from '@/lib/contracts/error';
import { type Knob, KnobList, type KnobValues, knobsPath } from '@/lib/contracts/knobs';
import type { HttpAnswer, HttpSession } from './connect';

const authorised = (token: string) => ({ authorization: `Bearer ${token}` });

/**
 * The knobs that a service offers, with their values now.
 * @throws AppError unsupported when it offers none; privilege-missing when it does not take the token;
 *   unreachable | timeout
 */
export async function readKnobs(session: HttpSession, token: string, signal?: AbortSignal): Promise<Knob[]> {
  const headers = authorised(token);
  return parsed(session, 'GET', await session.get(knobsPath, { headers, ...(signal ? { signal } : {}) }));
}

/**
 * Sets knobs; returns what the service says they are now. What it says is not proof: read them again.
 * @throws AppError as readKnobs; conflict with the service's reason when it refuses the values
 */
export async function putKnobs(session: HttpSession, token: string, values: KnobValues): Promise<Knob[]> {
  const headers = { ...authorised(token), 'content-type': 'application/json' };
  return parsed(session, 'PUT', await session.put(knobsPath, JSON.stringify(values), { headers }));
}

function parsed(session: HttpSession, method: string, { status, body }: HttpAnswer): Knob[] {
  const what = `${method} ${knobsPath} of ${session.address}`;
  if (status === 401 || status === 403)
    throw new AppError('privilege-missing', `${what} does not take the knobs token of this target.`);
  if (status === 404)
    throw new AppError(
      'unsupported',
      `${session.address} offers no knobs at ${knobsPath}. See docs/knobs.md.`,
    );
  if (status !== 200)
    throw new AppError('conflict', `${what} answers with status ${status}: ${body.slice(0, 200)}`);
  try {
    return KnobList.parse(JSON.parse(body)).knobs;
  } catch (cause) {
    throw new AppError('unsupported', `${what} does not answer as docs/knobs.md describes.`, { cause });
  }
}
