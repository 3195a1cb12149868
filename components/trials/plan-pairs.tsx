'use client';
import { useState } from 'react';
import { number } from '@/lib/client/format';
import { formatSql } from '@/lib/client/format-sql';
import type { ArmPlan, PlanPair } from '@/lib/contracts/plan';
import { PlanSteps } from '../plans/plan-steps';
import { Card } from '../ui/card';
import { Code } from '../ui/code';
import { Select } from '../ui/field';

/** How the database would run the statements that a change is about, without it and with it. */
export function PlanPairs({ pairs }: { pairs: readonly PlanPair[] }) {
  const [at, setAt] = useState(0);
  const pair = pairs[at] ?? pairs[0];
  if (!pair) return null;
  return (
    <Card
      title="Plans before and after"
      className="mb-3"
      note={
        pairs.length > 1 && (
          <Select
            aria-label="Statement"
            value={at}
            onChange={(e) => setAt(Number(e.target.value))}
            className="max-w-[min(60ch,60vw)] min-w-0"
          >
            {pairs.map((p, i) => (
              <option key={`${p.target}/${p.queryId}`} value={i}>
                {p.query.replace(/\s+/g, ' ').slice(0, 80)}
              </option>
            ))}
          </Select>
        )
      }
    >
      <Code label="Statement">{formatSql(pair.query)}</Code>
      <div className="mt-3 grid gap-4 xl:grid-cols-2">
        <ArmOfPlan arm="Before" plan={pair.before} />
        <ArmOfPlan arm="After" plan={pair.after} />
      </div>
      <p className="mt-3 max-w-[90ch] text-xs text-ink3">
        Generic plans of {pair.target}, read once in each arm: for any values of the parameters, without
        parallel workers. Nothing was executed. Costs are the planner’s own estimate in its own unit; the
        verdict goes by the measured times alone.
      </p>
    </Card>
  );
}

function ArmOfPlan({ arm, plan }: { arm: string; plan: ArmPlan | undefined }) {
  return (
    <section aria-label={`Plan ${arm.toLowerCase()}`} className="min-w-0">
      <h3 className="mb-1 flex flex-wrap items-baseline gap-x-3 text-sm font-semibold">
        {arm}
        {plan && 'steps' in plan && (
          <span className="text-xs font-normal text-ink2">cost {number(plan.totalCost)}</span>
        )}
      </h3>
      {plan === undefined ? (
        <p className="text-sm text-ink2">Not read: the trial did not come to this arm.</p>
      ) : 'steps' in plan ? (
        <>
          <p className="mb-2 text-sm text-ink2">{plan.why}</p>
          <PlanSteps plan={plan} label={`Steps of the plan ${arm.toLowerCase()}`} />
        </>
      ) : (
        <p className="text-sm text-ink2">Not planned: {plan.error}</p>
      )}
    </section>
  );
}
