import type { JobContext } from '@/lib/contracts/job';
import type { TrialDesign } from '@/lib/contracts/trial';
import { startGenerator } from '@/lib/load/generator';
import type { BuiltWorkload } from '@/lib/load/workload';
import type { Store } from '@/lib/store/client';
import { Bench } from './bench';
import { conditionsSentence, controlOf, measureConditions } from './conditions';
import { drawOrders, generatorHasRoom, segmentsPerRound } from './design';
import { saveDesign, type TrialRow } from './rows';
import type { ChangeSwitch } from './switch';

export interface Ready {
  bench: Bench;
  stop(): Promise<void>;
}

/**
 * Starts the generator, warms both arms, measures the switching cost, and completes and saves the design. Where
 * the generator itself has no room to spare in either arm, the number of clients is halved and it begins anew: so
 * many requests at once would measure the generator and not the target.
 */
export async function prepare(o: {
  store: Store;
  trial: TrialRow;
  design: TrialDesign;
  changes: ChangeSwitch;
  built: BuiltWorkload;
  ctx: JobContext;
  mustAnswer: string | null;
}): Promise<Ready> {
  const { store, trial, design, changes, built, ctx } = o;
  const { settings } = design;
  const total = settings.rounds * segmentsPerRound;
  for (;;) {
    ctx.signal.throwIfAborted();
    const generator = await startGenerator({ ...built, workload: design.workload });
    // A segment under way is cut short by ending the process.
    const abort = () => void generator.stop();
    ctx.signal.addEventListener('abort', abort, { once: true });
    const stop = async (): Promise<void> => {
      ctx.signal.removeEventListener('abort', abort);
      await generator.stop();
    };
    try {
      ctx.signal.throwIfAborted();
      const warming = new Bench(
        store,
        trial.id,
        generator,
        ctx,
        design,
        settings.segmentSeconds * 1000,
        total,
      );
      await warming.phase('Warming up');
      const { interleaved, segmentMs, health } = await measureConditions(
        warming,
        changes,
        design,
        o.mustAnswer,
      );
      const { clients } = design.workload;
      if (clients > 1 && !health.every(generatorHasRoom)) {
        design.workload = { ...design.workload, clients: Math.ceil(clients / 2) };
        await ctx.say(
          `${clients} clients are more than the load generator can serve here; ${design.workload.clients} are used`,
          'warn',
        );
        await stop();
        continue;
      }
      design.interleaved = interleaved;
      design.orders = interleaved ? drawOrders(settings.rounds, settings.seed) : [];
      const sentence = conditionsSentence(design);
      if (sentence !== null) await ctx.say(sentence);
      design.control = interleaved ? [] : await controlOf(changes, built);
      await saveDesign(store, trial.id, design);
      return { bench: new Bench(store, trial.id, generator, ctx, design, segmentMs, total), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  }
}
