import { z } from 'zod';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { LoadPlan, type LoadProbe } from '@/lib/contracts/load';
import { CreateLoadTestInput, type LoadTestStarted, type LoadWorkloadInput } from '@/lib/contracts/load-api';
import type { TlsTrust } from '@/lib/contracts/target';
import { enqueue } from '@/lib/jobs/queue';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { seal } from '@/lib/store/seal';
import { refuseNoCertificate } from '@/lib/targets/http/trust';
import { loadTargets, type Target } from '@/lib/targets/registry';
import { probesOfMix, refuseTwice } from '../mix';
import { withoutSecrets, workloadHash } from '../secrets';
import { isLocalUrl } from '../wire/resolve';
import { valueReader } from '../workload';
import { refuseAboveCaps } from './caps';
import { json } from './rows';

/** What the job of a load test is told, beside the target's own connection: sealed in its row until the run has ended. */
export const SealedOrder = z.object({ plan: LoadPlan, allowRemote: z.boolean() });
export type SealedOrder = z.infer<typeof SealedOrder>;

/**
 * Makes a load test and queues it after what runs on its stack. Throws AppError: `not-found` for the target, `bad-input` for a
 * workload that is none, a certificate that is none or a target on another machine without confirmation, `not-allowed` above the
 * caps of the role, and for a certificate's trust that is not an admin's.
 */
export async function startLoadTest(
  store: Store,
  actor: Actor,
  raw: CreateLoadTestInput,
): Promise<LoadTestStarted> {
  const input = CreateLoadTestInput.parse(raw);
  const targets = await loadTargets(store, { stack: input.stack });
  const target = targets.find((t) => t.name === input.target);
  if (!target)
    throw new AppError('not-found', `The stack "${input.stack}" has no target named "${input.target}".`, {
      field: 'target',
    });
  if (target.connection.kind !== 'http')
    throw new AppError(
      'bad-input',
      `${target.name} is a ${target.kind} target; only HTTP targets take a load test.`,
      {
        field: 'target',
      },
    );
  const { baseUrl } = target.connection;
  if (input.tls) refuseTrust(actor, baseUrl, input.tls);
  const tls = input.tls ?? target.connection.tls;
  const workload = await workloadOf(input.workload, target, targets, actor);
  const plan = LoadPlan.parse({
    ...workload,
    seed: input.seed,
    profile: input.profile,
    target: { name: target.name, baseUrl, ...(tls ? { tls } : {}) },
  });
  refuseTwice(plan.probes);
  if (plan.arrivals?.some(([, probe]) => probe >= plan.probes.length))
    throw new AppError('bad-input', 'An arrival points to a request that is not there.', {
      field: 'workload',
    });
  if (plan.arrivals && plan.profile.model !== 'open')
    throw new AppError('bad-input', 'A replay keeps the times of its log, so its model is open.', {
      field: 'profile',
    });
  if (!plan.arrivals && plan.profile.stages.length === 0 && !plan.profile.stress)
    throw new AppError('bad-input', 'The profile has no stages.', { field: 'profile' });
  refuseAboveCaps(actor, plan);
  if (!input.confirmRemote && (await isLocalUrl(baseUrl)) === false)
    throw new AppError(
      'bad-input',
      `${new URL(baseUrl).origin} is not on this machine. Confirm that it is yours to load.`,
      { field: 'confirmRemote' },
    );
  const title = input.title ?? `${plan.profile.kind} on ${target.name}`;
  const order: SealedOrder = { plan, allowRemote: input.confirmRemote };
  const shown = withoutSecrets(plan);
  const row = await store.db.$transaction(async (tx) => {
    const made = await tx.loadTest.create({
      data: {
        stackId: target.stackId,
        target: target.name,
        title,
        plan: json(shown),
        sealedOrder: seal(JSON.stringify(order)),
        workloadHash: workloadHash(plan),
        createdBy: actor.name,
      },
    });
    await audit(tx, actor, {
      action: 'load-test.start',
      subject: `load test ${made.id}: ${title}`,
      outcome: 'ok',
      detail: `${plan.profile.kind}, ${plan.profile.model} model, ${plan.probes.length} endpoints, ${shown.target.baseUrl}${input.confirmRemote ? ', another machine confirmed' : ''}${trustSaid(input.tls)}`,
    });
    return made;
  });
  try {
    const jobId = await enqueue(store, {
      kind: 'load-test',
      payload: { loadTestId: row.id },
      queue: `stack:${target.stackId}`,
      createdBy: actor.name,
    });
    // The worker may have begun already and written the same.
    await store.db.loadTest.update({ where: { id: row.id }, data: { jobId } });
    return { loadTestId: row.id, jobId };
  } catch (cause) {
    await store.db.loadTest.update({
      where: { id: row.id },
      data: { state: 'failed', reason: 'It could not be queued.', finishedAt: new Date(), sealedOrder: null },
    });
    throw cause;
  }
}

/** Who may say whose certificate is accepted: whoever may set it at the target, whose secret headers go to the one who answers. */
function refuseTrust(actor: Actor, baseUrl: string, tls: TlsTrust): void {
  const field = 'tls';
  if (actor.role !== 'admin')
    throw new AppError('not-allowed', 'Only an admin may choose which certificate is accepted.', { field });
  if (!baseUrl.toLowerCase().startsWith('https:'))
    throw new AppError('bad-input', 'The target is not reached over https, so it shows no certificate.', {
      field,
    });
  if (tls.certificate === 'authority') refuseNoCertificate(tls.pem, field);
}

function trustSaid(tls: TlsTrust | undefined): string {
  if (!tls) return '';
  return tls.certificate === 'authority' ? ', authority of this run trusted' : ', certificate not checked';
}

async function workloadOf(
  input: LoadWorkloadInput,
  target: Target,
  targets: readonly Target[],
  actor: Actor,
): Promise<{ probes: LoadProbe[]; arrivals?: [number, number][] | undefined }> {
  if (input.from === 'probes') return { probes: input.probes, arrivals: input.arrivals };
  const read = valueReader(target.name, targets);
  if (input.from === 'mix') {
    // A target's own mix was given by an admin; anyone else's SQL is not run on a database.
    if (actor.role !== 'admin' && Object.values(input.mix.parameters).some((p) => 'sql' in p))
      throw new AppError('not-allowed', 'Only an admin may give parameters that are read by SQL.', {
        field: 'workload',
      });
    return { probes: await probesOfMix(input.mix, read) };
  }
  const { mix } = target.options;
  if (!mix)
    throw new AppError(
      'bad-input',
      `${target.name} has no request mix: add one in the target's options, or give the requests.`,
      { field: 'workload' },
    );
  return { probes: await probesOfMix(mix, read) };
}
