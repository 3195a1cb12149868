import { cx } from '@/lib/client/cx';

interface FigureRowProps {
  label: string;
  items: { label: string; value: string; note?: string; bad?: boolean }[];
}

/** A few figures side by side, each with its name. */
export function FigureRow({ label, items }: FigureRowProps) {
  return (
    <dl aria-label={label} className="mt-3 flex flex-wrap gap-x-7 gap-y-3 border-t border-line2 pt-3">
      {items.map((item) => (
        <div key={item.label}>
          <dt className="text-xs text-ink2">{item.label}</dt>
          <dd
            className={cx(
              'text-lg font-semibold tracking-tight whitespace-nowrap',
              item.bad && 'text-bad-ink',
            )}
          >
            {item.value}
          </dd>
          {item.note && <dd className="text-2xs text-ink3">{item.note}</dd>}
        </div>
      ))}
    </dl>
  );
}
