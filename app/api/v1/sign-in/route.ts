import { errorResponse, json } from '@/lib/api/respond';
import { useSignInLink as redeemSignInLink } from '@/lib/auth';
import { SignInInput } from '@/lib/contracts/api';
import { AppError } from '@/lib/contracts/error';
import { getStore } from '@/lib/store/client';

/** Turns a one-time link into a session cookie. A POST, so that a link preview does not use the link up. */
export async function POST(request: Request): Promise<Response> {
  try {
    const input = SignInInput.safeParse(await request.json().catch(() => null));
    if (!input.success)
      throw new AppError('bad-input', 'token: give the token of the link', { field: 'token' });
    const { cookie } = await redeemSignInLink(await getStore(), input.data.token);
    const response = json({ ok: true });
    response.headers.append('set-cookie', cookie);
    return response;
  } catch (error) {
    return errorResponse(error, request);
  }
}
