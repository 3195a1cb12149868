'use client';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { ago, number } from '@/lib/client/format';
import { planQuery } from '@/lib/client/queries/observe';
import { useNow } from '@/lib/client/use-now';
import { PlanSteps } from '../plans/plan-steps';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Loaded } from '../ui/states';

/** How the database would run a statement: a tree from the result down to what is read, the dearest step marked. */
export function Plan({ stack, target, statement }: { stack: string; target: string; statement: string }) {
  const query = useQuery(planQuery(stack, target, statement));
  const now = useNow();
  return (
    <Card
      title="Plan"
      note={
        <span className="inline-flex items-center gap-2">
          {query.data && `EXPLAIN, planned ${ago(query.data.readAt, now)}`}
          <Button small busy={query.isFetching} onClick={() => void query.refetch()}>
            {!query.isFetching && <RefreshCw aria-hidden="true" className="size-3.5" />}
            Plan again
          </Button>
        </span>
      }
    >
      <Loaded query={query}>
        {(plan) => (
          <>
            <p className="max-w-[90ch] text-sm">{plan.why}</p>
            <PlanSteps plan={plan} label="Steps of the plan" className="mt-3" />
            <p className="mt-3 max-w-[90ch] text-xs text-ink3">
              The generic plan: for any values of its parameters, without parallel workers. Nothing was
              executed. Costs are the planner’s own estimate in its own unit ({number(plan.totalCost)} in
              all), no time.
            </p>
          </>
        )}
      </Loaded>
    </Card>
  );
}
