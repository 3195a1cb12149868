'use client';
import { useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { cx } from '@/lib/client/cx';
import { ago, count, number, percent } from '@/lib/client/format';
import { planQuery } from '@/lib/client/queries/observe';
import { useNow } from '@/lib/client/use-now';
import type { PlanStep } from '@/lib/contracts/plan';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Loaded } from '../ui/states';
import { Tag } from '../ui/tag';

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
            {/* Placed, so that words for screen readers inside it do not widen the page. */}
            <section
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
              tabIndex={0}
              aria-label="Steps of the plan"
              className="relative mt-3 overflow-x-auto"
            >
              <p
                aria-hidden="true"
                className="grid min-w-[34rem] grid-cols-[1fr_8rem_9rem] gap-x-4 px-3 pb-1 text-xs text-ink3"
              >
                <span>step, from the result down to what is read</span>
                <span className="text-right">rows expected</span>
                <span className="text-right">share of the cost</span>
              </p>
              <ul className="min-w-[34rem] text-sm">
                {plan.steps
                  .filter((s) => s.parent === null)
                  .map((s) => (
                    <Step key={s.id} step={s} steps={plan.steps} costliest={plan.costliest} />
                  ))}
              </ul>
            </section>
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

interface StepProps {
  step: PlanStep;
  /** All of the plan. */
  steps: readonly PlanStep[];
  costliest: number;
}

function Step({ step, steps, costliest }: StepProps) {
  const here = step.id === costliest;
  const below = steps.filter((s) => s.parent === step.id);
  return (
    <li>
      <div
        className={cx(
          'grid grid-cols-[1fr_8rem_9rem] items-start gap-x-4 rounded-lg border px-3 py-1.5',
          here ? 'border-bad bg-bad-soft' : 'border-transparent',
        )}
      >
        <div className="min-w-0">
          <p className="font-medium break-words">
            {step.what} {here && <Tag tone="bad">costliest</Tag>}
          </p>
          {step.details.map((d) => (
            <p key={d.label} className={cx('text-xs break-words', here ? 'text-ink' : 'text-ink2')}>
              {d.label} <code className="font-mono">{d.text}</code>
            </p>
          ))}
        </div>
        <p className="text-right text-xs whitespace-nowrap text-ink2">
          {count(step.rows)} {step.rows === 1 ? 'row' : 'rows'}
          {step.runs > 1 && <span className="block">{count(step.runs)} times</span>}
        </p>
        <p className="flex items-center justify-end gap-2 pt-0.5 text-xs">
          <span
            aria-hidden="true"
            className={cx('h-1.5 w-16 overflow-hidden rounded-full', here ? 'bg-panel' : 'bg-line2')}
          >
            <span
              className={cx('block h-full', here ? 'bg-bad' : 'bg-before')}
              style={{ width: `${step.ownShare * 100}%` }}
            />
          </span>
          <span className="w-14 text-right whitespace-nowrap">
            {percent(step.ownShare)}&#8239;%<span className="sr-only"> of the cost</span>
          </span>
        </p>
      </div>
      {below.length > 0 && (
        <ul className="ml-4 border-l border-line pl-2">
          {below.map((s) => (
            <Step key={s.id} step={s} steps={steps} costliest={costliest} />
          ))}
        </ul>
      )}
    </li>
  );
}
