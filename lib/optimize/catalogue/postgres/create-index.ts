import type { ChangePlan } from '@/lib/contracts/change';
import { sameIndex } from '@/lib/targets/postgres/sql/index-pieces';
import { buildIndex } from '../../postgres/build-index';
import { type FoundIndex, findIndex } from '../../postgres/found-index';
import { otherName } from '../../postgres/index-name';
import { concurrently, createIndexSql, dropIndexSql, IndexFacts, qualified } from '../../postgres/index-sql';
import { nameOf } from '../../postgres/planned-index';
import { refuseBesideLongTransactions, refuseUnlessOwner } from '../../postgres/refuse';
import type { Optimization } from '../../types';
import { proposeCreateIndex } from './propose-create-index';

/** Creates an index with CREATE INDEX CONCURRENTLY; undone by DROP INDEX CONCURRENTLY. */
export const createIndex: Optimization = {
  meta: {
    id: 'postgres/create-index',
    title: 'Create an index',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table while the index is built: reads and writes go on; VACUUM, ANALYZE and other changes of the table wait. It waits for transactions older than itself.',
    reversible: true,
    needsRestart: false,
  },

  propose: (finding, snapshot) => proposeCreateIndex(createIndex.meta, finding, snapshot),

  async apply(session, plan) {
    let facts = IndexFacts.parse(plan.facts);
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    let found = await findIndex(session.client, facts.schema, facts.index);
    let planned = await ours(found, facts);
    for (let n = 1; found !== null && planned === null; n++) {
      // The name belongs to something else: leave that alone and take the next free name.
      facts = { ...facts, index: otherName(nameOf(facts), n) };
      found = await findIndex(session.client, facts.schema, facts.index);
      planned = await ours(found, facts);
    }
    if (planned !== null) {
      if (planned.valid) {
        const mine = session.wasApplied && !facts.preexisting;
        const known = withIndex(plan, { ...facts, preexisting: !mine });
        // Stored before the state is: else one that settles would take it for its own.
        await session.record(known);
        await session.skip(0, createIndexSql(facts), `${facts.index} is there already with this definition`);
        return { plan: known, sizeBytes: planned.bytes };
      }
      await session.undo(
        0,
        dropIndexSql(facts.schema, facts.index),
        'an invalid index that an earlier build left',
      );
    }
    await refuseBesideLongTransactions(session.client, session.address);
    facts = { ...facts, preexisting: false };
    const wanted = facts;
    await session.record(withIndex(plan, wanted));
    const sizeBytes = await buildIndex(session, {
      schema: wanted.schema,
      table: wanted.table,
      index: wanted.index,
      statement: createIndexSql(wanted),
      isPlanned: async (index) => (await ours(index, wanted)) !== null,
    });
    return { plan: withIndex(plan, wanted), sizeBytes };
  },

  async rollback(session, plan) {
    const facts = IndexFacts.parse(plan.facts);
    const drop = dropIndexSql(facts.schema, facts.index);
    const found = await findIndex(session.client, facts.schema, facts.index);
    const why =
      found === null
        ? 'the index is not there'
        : (await ours(found, facts)) === null
          ? 'the name belongs to something else now, which is left alone'
          : facts.preexisting
            ? 'the index was there before this change, and is left'
            : null;
    if (why !== null) {
      await session.skip(0, drop, why);
      return {};
    }
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    await session.execute(0, drop, { concurrent: true });
    return {};
  },

  async settle(session, plan, direction) {
    const facts = IndexFacts.parse(plan.facts);
    const name = qualified(facts.schema, facts.index);
    const found = await findIndex(session.client, facts.schema, facts.index);
    const built = await ours(found, facts);
    if (direction === 'apply') {
      if (built?.valid)
        return {
          state: 'applied',
          what: `The build of ${name} had finished: applied.`,
          carried: {
            sizeBytes: built.bytes,
            // Nothing was stored, so nothing was run: what is there, somebody else made.
            ...(plan.facts.preexisting === undefined
              ? { plan: withIndex(plan, { ...facts, preexisting: true }) }
              : {}),
          },
        };
      if (!built)
        return {
          state: 'rolled-back',
          what: `The build of ${name} had not begun or was undone by the server: nothing is left.`,
        };
      await session.undo(0, dropIndexSql(facts.schema, facts.index), 'a build that was interrupted');
      return {
        state: 'rolled-back',
        what: `The build of ${name} was interrupted; the invalid index was dropped.`,
      };
    }
    if (!built) return { state: 'rolled-back', what: `The drop of ${name} had finished: rolled back.` };
    if (facts.preexisting)
      return { state: 'rolled-back', what: `${name} was there before the change, and is left.` };
    await session.undo(0, dropIndexSql(facts.schema, facts.index), 'a drop that was interrupted is finished');
    return { state: 'rolled-back', what: `The drop of ${name} was interrupted; it was finished.` };
  },
};

/** The index that was found, when it is the one planned (or what an interrupted build of it left); else null. */
async function ours(found: FoundIndex | 'taken' | null, facts: IndexFacts): Promise<FoundIndex | null> {
  if (found === null || found === 'taken' || found.constraint) return null;
  return (await sameIndex(found.definition, createIndexSql(facts))) ? found : null;
}

/** The plan with another index name, or with what applying it told. */
function withIndex(plan: ChangePlan, facts: IndexFacts): ChangePlan {
  return {
    ...plan,
    steps: [concurrently(createIndexSql(facts))],
    inverse: [concurrently(dropIndexSql(facts.schema, facts.index))],
    facts: { ...plan.facts, ...facts },
  };
}
