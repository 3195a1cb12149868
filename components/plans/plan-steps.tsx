import { cx } from '@/lib/client/cx';
import { count, percent } from '@/lib/client/format';
import type { PlanStep, PlanTree } from '@/lib/contracts/plan';
import { ScrollBox } from '../ui/scroll-box';
import { Tag } from '../ui/tag';

interface PlanStepsProps {
  plan: PlanTree;
  label: string;
  className?: string;
}

/** A plan as a tree, from the result down to what is read, the dearest step marked. */
export function PlanSteps({ plan, label, className }: PlanStepsProps) {
  return (
    <ScrollBox label={label} {...(className === undefined ? {} : { className })}>
      <p
        aria-hidden="true"
        className="grid min-w-[27rem] grid-cols-[1fr_6.5rem_8rem] gap-x-4 px-3 pb-1 text-xs text-ink3"
      >
        <span>step, from the result down</span>
        <span className="text-right">rows expected</span>
        <span className="text-right">share of the cost</span>
      </p>
      <ul className="min-w-[27rem] text-sm">
        {plan.steps
          .filter((s) => s.parent === null)
          .map((s) => (
            <Step key={s.id} step={s} steps={plan.steps} costliest={plan.costliest} />
          ))}
      </ul>
    </ScrollBox>
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
          'grid grid-cols-[1fr_6.5rem_8rem] items-start gap-x-4 rounded-lg border px-3 py-1.5',
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
            className={cx('h-1.5 w-12 overflow-hidden rounded-full', here ? 'bg-panel' : 'bg-line2')}
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
