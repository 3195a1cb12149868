import type { ReportDocument } from '@/lib/contracts/report';

/** What a report has no figure for, under the reason that they share. */
export function NotMeasured({ items }: { items: ReportDocument['notMeasured'] }) {
  const reasons = [...new Set(items.map((item) => item.why))];
  return (
    <div className="grid gap-3 text-sm">
      {reasons.map((why) => (
        <div key={why}>
          <p className="mb-1 text-ink2">{why.charAt(0).toUpperCase() + why.slice(1)}:</p>
          <ul className="grid list-disc gap-1 pl-5">
            {items
              .filter((item) => item.why === why)
              .map((item) => (
                <li key={item.what} className="break-words">
                  {item.what}
                </li>
              ))}
          </ul>
        </div>
      ))}
    </div>
  );
}
