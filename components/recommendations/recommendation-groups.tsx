import type { Recommendation } from '@/lib/contracts/recommendation';
import { Card } from '../ui/card';
import { RecommendationRow } from './recommendation-row';

const groups = [
  { horizon: 'now', title: 'Now' },
  { horizon: 'weeks', title: 'In 1 to 2 weeks' },
  { horizon: 'months', title: 'In 1 to 3 months' },
] as const;

/** Recommendations by when they are to be done. Groups without any are left out. */
export function RecommendationGroups({
  items,
  stack,
}: {
  items: readonly Recommendation[];
  stack: string | null;
}) {
  return groups.map(({ horizon, title }) => {
    const own = items.filter((i) => i.horizon === horizon);
    if (own.length === 0) return null;
    return (
      <Card key={horizon} title={title} className="print-block">
        <ul className="grid">
          {own.map((i) => (
            <RecommendationRow key={i.key} of={i} stack={stack} />
          ))}
        </ul>
      </Card>
    );
  });
}
