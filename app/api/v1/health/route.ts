import { errorResponse, json } from '@/lib/api/respond';
import type { Health } from '@/lib/contracts/health';
import { getStore } from '@/lib/store/client';
import { targetViews } from '@/lib/targets/registry';
import packageJson from '@/package.json';

export const dynamic = 'force-dynamic';

/** Needs no sign-in: names and states of the targets, nothing of where they are. */
export async function GET(request: Request): Promise<Response> {
  try {
    const targets = await targetViews(await getStore());
    const health: Health = {
      status: targets.some((t) => t.status === 'unreachable') ? 'degraded' : 'ok',
      version: packageJson.version,
      targets: targets.map((t) => ({
        name: t.name,
        kind: t.kind,
        status: t.status,
        lastSampleAt: t.lastSampleAt,
      })),
    };
    return json(health);
  } catch (error) {
    return errorResponse(error, request);
  }
}
