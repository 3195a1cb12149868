import type { Actor } from '@/lib/contracts/auth';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { WarmingInput } from '@/lib/contracts/warming';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { allowedOrigins, allowedUrl } from '@/lib/targets/http/allowed';
import { httpBase } from '@/lib/targets/http/base';
import { loadTargets, type Target } from '@/lib/targets/registry';
import { touchKeysPlan } from './catalogue/redis/touch-keys';
import { warmRoutesPlan } from './catalogue/service/warm-routes';

/**
 * Plans a warming as a change of its own that can be looked over and applied; sends nothing. Returns its id.
 * @throws AppError 'not-found'; 'bad-input' for a path that does not begin with a slash, or a target that has nothing to
 * warm; 'not-allowed' for a path that leads elsewhere
 */
export async function planWarming(
  store: Store,
  actor: Actor,
  input: WarmingInput,
): Promise<{ changeId: number }> {
  const targets = await loadTargets(store, { stack: input.stack });
  const target = targets.find((t) => t.name === input.target);
  if (!target) throw new AppError('not-found', `${input.stack} has no target named ${input.target}.`);
  const plan = planFor(target, input);
  const { optimization, key, title, subject } = plan;
  return store.db.$transaction(async (tx) => {
    const { id } = await tx.change.create({
      data: { targetId: target.id, key, optimization, title, subject, plan: plan as object },
    });
    await audit(tx, actor, {
      action: 'change.plan',
      subject: `change ${id} on ${target.name}: ${title}`,
      outcome: 'ok',
      detail: `${input.list.length} at ${input.perSecond} a second`,
    });
    return { changeId: id };
  });
}

function planFor({ name, connection, options }: Target, { list, perSecond }: WarmingInput): ChangePlan {
  if (connection.kind === 'redis') return touchKeysPlan(name, { list, perSecond });
  if (connection.kind !== 'http')
    throw new AppError('bad-input', `A ${connection.kind} target has neither routes nor keys to warm.`, {
      field: 'target',
    });
  const { url } = httpBase(connection);
  const origins = allowedOrigins(connection, options);
  for (const path of list) {
    if (!path.startsWith('/'))
      throw new AppError('bad-input', `"${path}" is not a path: it begins with a slash.`, { field: 'list' });
    allowedUrl(url, path, origins);
  }
  return warmRoutesPlan(name, { list, perSecond });
}
