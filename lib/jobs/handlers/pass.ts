import type { Actor } from '@/lib/contracts/auth';
import { PassInput } from '@/lib/contracts/job';
import { diagnoseAndRecord } from '@/lib/diagnose/record';
import { proposeChanges } from '@/lib/optimize/propose';
import { runOverallTrial } from '@/lib/prove/trial/overall';
import { parseSettings } from '@/lib/prove/trial/rows';
import { ensureNoise, runTrial } from '@/lib/prove/trial/run';
import { createTrial } from '@/lib/prove/trial/start';
import { buildReport } from '@/lib/report/build';
import { loadTestsWithin } from '@/lib/report/period';
import { saveReport } from '@/lib/report/save';
import type { JobDefinition } from '../registry';
import { PassLog, unlessStopped } from './pass-log';
import { lookAfresh } from './pass-look';
import { observeTargets } from './pass-observe';

/**
 * The main job in one go: observe, diagnose, measure the noise, prove each proposal and keep or roll it back,
 * measure all kept changes together, write the report. A step that fails is said, recorded in the report as not
 * measured, and the pass goes on; a cancel leaves the changes decided so far as they are and ends it.
 */
export const passJob: JobDefinition<PassInput> = {
  kind: 'pass',
  schema: PassInput,
  async handle(input, ctx, env) {
    const { store } = env;
    const { stack } = input;
    const passId = ctx.jobId;
    const settings = parseSettings(input.settings);
    const job = await store.db.job.findUniqueOrThrow({ where: { id: passId } });
    const actor: Actor = { userId: null, name: job.createdBy, role: 'operator', via: 'worker' };
    const startedAt = new Date();
    const pass = new PassLog(ctx);

    await pass.step('Observing');
    await observeTargets(store, stack, pass);
    ctx.signal.throwIfAborted();

    await pass.step('Diagnosing');
    const recorded = await diagnoseAndRecord(store, stack);
    const { diagnosis } = recorded;
    let proposals = await proposeChanges(store, stack, recorded);
    const considered = new Set(proposals);
    const many = diagnosis.findings.length;
    await pass.say(
      `${many} problem${many === 1 ? '' : 's'} found, ${proposals.length} changes that a trial can prove`,
    );

    const tried = new Set<number>();
    const kept: number[] = [];
    const rolledBack: number[] = [];
    const next = () => proposals.find((id) => !tried.has(id));
    let triedSinceLook = false;
    const plannedTrials = Math.min(proposals.length, input.maxChanges);
    pass.expect(plannedTrials > 0 ? plannedTrials + 2 : 0);

    let measurable = plannedTrials > 0;
    if (measurable) {
      const o = { stack, settings, passId, actor };
      const noise = await pass.trial('A/A: measuring the noise', (inner) =>
        unlessStopped(ctx, ensureNoise(env, o, inner)),
      );
      if (noise.ok) {
        pass.trialIds.push(noise.value.trialId);
        if (noise.value.advice) await pass.say(noise.value.advice, 'warn');
      } else {
        await pass.skip('The noise of the stack, and with it every change', noise.why);
        measurable = false;
      }
    }

    while (measurable && tried.size < input.maxChanges) {
      ctx.signal.throwIfAborted();
      // What was sampled while the trials ran may ask for others too.
      if (next() === undefined && triedSinceLook) await diagnoseAgain();
      const changeId = next();
      if (changeId === undefined) break;
      tried.add(changeId);
      triedSinceLook = true;
      const { title } = await store.db.change.findUniqueOrThrow({
        where: { id: changeId },
        select: { title: true },
      });
      await pass.say(`Change ${tried.size}: ${title}`);
      const result = await pass.trial(title, (inner) => unlessStopped(ctx, prove(changeId, inner)));
      if (!result.ok) {
        await pass.skip(title, result.why);
        continue;
      }
      (result.value.decision === 'kept' ? kept : rolledBack).push(changeId);
      if (result.value.decision === 'kept' && tried.size < input.maxChanges) await diagnoseAgain();
    }

    if (kept.length > 0) {
      ctx.signal.throwIfAborted();
      const o = { stack, changeIds: kept, passId, settings, actor };
      const overall = await pass.trial('All kept changes together', (inner) =>
        unlessStopped(ctx, runOverallTrial(env, o, inner)),
      );
      if (overall.ok) pass.trialIds.push(overall.value.trialId);
      else await pass.skip('All kept changes together', overall.why);
    }

    await pass.step('Writing the report');
    const { id: stackId } = await store.db.stack.findUniqueOrThrow({ where: { name: stack } });
    const finishedAt = new Date();
    const document = await buildReport(store, {
      stack,
      passId,
      trialIds: pass.trialIds,
      loadTestIds: await loadTestsWithin(store, stackId, startedAt, finishedAt),
      changeIds: [...considered],
      diagnosis,
      startedAt,
      finishedAt,
      skipped: pass.skipped,
    });
    const reportId = await saveReport(store, { stackId, passId, document });
    for (const line of document.summary) await pass.say(line);
    await pass.done();
    return { reportId, kept: kept.length, rolledBack: rolledBack.length };

    /** By how the stack runs now: a kept change may have made others unnecessary, or shown others. */
    async function diagnoseAgain(): Promise<void> {
      triedSinceLook = false;
      await pass.say('Diagnosing again, by how it runs now');
      const look = await unlessStopped(ctx, lookAfresh(store, { stack, settings }, pass));
      if (!look.ok) await pass.say(`How it runs now was not looked at: ${look.why}`, 'warn');
      proposals = await proposeChanges(store, stack, look.ok ? look.value : undefined);
      for (const proposal of proposals) considered.add(proposal);
      const untried = proposals.filter((p) => !tried.has(p)).length;
      pass.expect(1 + tried.size + Math.min(untried, input.maxChanges - tried.size) + 1);
    }

    async function prove(changeId: number, inner: typeof ctx) {
      const { trialId } = await createTrial(store, actor, { changeId, settings: input.settings, passId });
      pass.trialIds.push(trialId);
      return runTrial(env, trialId, inner, { actor });
    }
  },
};
