import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import {
  MarkRecommendationInput,
  Recommendation,
  type Recommendations,
} from '@/lib/contracts/recommendation';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { evaluate, type Mark } from './evaluate';
import { recommendFacts } from './gather';

const Was = Recommendation.pick({
  rule: true,
  horizon: true,
  target: true,
  title: true,
  detail: true,
  evidence: true,
  threshold: true,
});
const MarkState = Recommendation.shape.state.exclude(['open']);

/** The recommendations of a stack, worked out from what is stored of it now. @throws AppError not-found */
export async function recommendationsOf(
  store: Store,
  stack: string,
  now = new Date(),
): Promise<Recommendations> {
  const [facts, rows] = await Promise.all([
    recommendFacts(store, stack, now),
    store.db.recommendationMark.findMany({ where: { stack: { name: stack } }, orderBy: { id: 'asc' } }),
  ]);
  const marks = rows.map(
    (row): Mark => ({
      key: row.key,
      state: MarkState.parse(row.state),
      ...{ by: row.by, at: row.at.toISOString(), note: row.note },
      was: Was.parse(row.was),
    }),
  );
  return evaluate(facts, marks);
}

/**
 * Says that a recommendation is planned or done, or that it is open again.
 * @throws AppError not-found when it is neither recommended nor marked
 */
export async function markRecommendation(
  store: Store,
  actor: Actor,
  input: MarkRecommendationInput,
): Promise<void> {
  const { stack, key, state, note } = MarkRecommendationInput.parse(input);
  const { items } = await recommendationsOf(store, stack);
  const item = items.find((i) => i.key === key);
  if (!item)
    throw new AppError('not-found', `"${key}" is not recommended for ${stack} any more.`, { field: 'key' });
  await store.db.$transaction(async (tx) => {
    const { id: stackId } = await tx.stack.findUniqueOrThrow({ where: { name: stack } });
    const where = { stackId_key: { stackId, key } };
    if (state === 'open') await tx.recommendationMark.deleteMany({ where: { stackId, key } });
    else {
      const data = { state, by: actor.name, at: new Date(), note: note || null, was: Was.parse(item) };
      await tx.recommendationMark.upsert({ where, create: { ...data, stackId, key }, update: data });
    }
    await audit(tx, actor, {
      action: `recommendation.${state}`,
      subject: item.title,
      outcome: 'ok',
      ...(note ? { detail: note } : {}),
    });
  });
}
