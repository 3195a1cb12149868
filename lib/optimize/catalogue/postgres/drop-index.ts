import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import type { Finding } from '@/lib/contracts/finding';
import { buildIndex } from '../../postgres/build-index';
import { type FoundIndex, findIndex } from '../../postgres/found-index';
import { concurrently, dropIndexSql, qualified } from '../../postgres/index-sql';
import { refuseBesideLongTransactions, refuseUnlessOwner } from '../../postgres/refuse';
import type { Optimization } from '../../types';

const Facts = z.object({
  schema: z.string(),
  table: z.string(),
  index: z.string(),
  /** pg_get_indexdef before the drop: the inverse. */
  definition: z.string(),
  bytes: z.number(),
});
type Facts = z.infer<typeof Facts>;

/** Drops an unused, duplicate or invalid index; undone by building it again from its definition. */
export const dropIndex: Optimization = {
  meta: {
    id: 'postgres/drop-index',
    title: 'Drop an index',
    kind: 'postgres',
    risk: 'medium',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on. It waits for transactions that use the table.',
    reversible: true,
    needsRestart: false,
  },

  propose(finding) {
    const facts = Facts.safeParse(finding.facts);
    return facts.success ? [plan(finding, facts.data)] : [];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    const found = await findIndex(session.client, facts.schema, facts.index);
    if (found === null) {
      await session.skip(0, dropIndexSql(facts.schema, facts.index), 'the index is not there');
      return {};
    }
    if (!isPlanned(found, facts) || found.constraint)
      throw new AppError(
        'conflict',
        `${qualified(facts.schema, facts.index)} on ${session.address} is not the index that was proposed for dropping any more. Diagnose again.`,
      );
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    await refuseBesideLongTransactions(session.client, session.address);
    await session.execute(0, dropIndexSql(facts.schema, facts.index), { concurrent: true });
    return {};
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    const statement = createConcurrently(facts.definition);
    const found = await findIndex(session.client, facts.schema, facts.index);
    if (found !== null && isPlanned(found, facts)) {
      if (found.valid) {
        await session.skip(0, statement, 'the index is there');
        return {};
      }
      await session.undo(
        0,
        dropIndexSql(facts.schema, facts.index),
        'an invalid index that an earlier build left',
      );
    } else if (found !== null) {
      throw new AppError(
        'conflict',
        `The name ${qualified(facts.schema, facts.index)} on ${session.address} belongs to something else now.`,
      );
    }
    await refuseUnlessOwner(session.client, session.address, facts.schema, facts.table);
    await refuseBesideLongTransactions(session.client, session.address);
    await buildIndex(session, {
      schema: facts.schema,
      table: facts.table,
      index: facts.index,
      statement,
      isPlanned: (i) => isPlanned(i, facts),
    });
    return {};
  },

  async settle(session, plan, direction) {
    const facts = Facts.parse(plan.facts);
    const name = qualified(facts.schema, facts.index);
    const found = await findIndex(session.client, facts.schema, facts.index);
    const ours = found !== null && isPlanned(found, facts) ? found : null;
    if (direction === 'apply') {
      if (!ours) return { state: 'applied', what: `The drop of ${name} had finished: applied.` };
      if (ours.valid)
        return { state: 'rolled-back', what: `The drop of ${name} had not begun: the index is as it was.` };
      await session.undo(
        0,
        dropIndexSql(facts.schema, facts.index),
        'a drop that was interrupted is finished',
      );
      return { state: 'applied', what: `The drop of ${name} was interrupted; it was finished.` };
    }
    if (ours?.valid) return { state: 'rolled-back', what: `${name} had been built again: rolled back.` };
    if (ours) await session.undo(0, dropIndexSql(facts.schema, facts.index), 'a build that was interrupted');
    return {
      state: 'applied',
      what: `Building ${name} again was interrupted; the index is dropped still. Roll back once more.`,
    };
  },
};

function plan(finding: Finding, facts: Facts): ChangePlan {
  const { meta } = dropIndex;
  return {
    optimization: meta.id,
    key: `${meta.id}:${facts.schema}.${facts.index}`,
    title: `Drop the index ${facts.index} of ${facts.schema}.${facts.table}`,
    subject: `${facts.schema}.${facts.index}`,
    why: finding.title,
    steps: [concurrently(dropIndexSql(facts.schema, facts.index))],
    inverse: [concurrently(createConcurrently(facts.definition))],
    risk: meta.risk,
    locks: meta.locks,
    reversible: true,
    needsRestart: false,
    facts,
    estimates: [{ label: 'space freed', value: facts.bytes, unit: 'bytes', source: 'size of the index now' }],
    affects: [],
  };
}

/** `pg_get_indexdef` as a statement that builds beside running traffic. */
export function createConcurrently(definition: string): string {
  return definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ');
}

/** Same definition; an index whose build was interrupted has it too. */
function isPlanned(found: FoundIndex | 'taken', facts: Facts): found is FoundIndex {
  return found !== 'taken' && found.definition === facts.definition;
}
