'use client';
import { useQuery } from '@tanstack/react-query';
import { recommendationsQuery } from '@/lib/client/queries/recommendations';
import { useStack } from '@/lib/client/use-stack';
import { useMay } from '../shell/me';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { PageHead } from '../ui/page-head';
import { Empty, Loaded } from '../ui/states';
import { RecommendationGroups } from './recommendation-groups';

export function RecommendationsPage() {
  const { stack, none } = useStack();
  const may = useMay('operator');
  const query = useQuery(recommendationsQuery(stack));
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Recommendations"
        sub="Work for people, which no button does. Each follows from a finding or a measurement of this stack; what is done is checked by measuring again."
      />
      <Loaded query={query} framed>
        {({ items, notEvaluated }) => (
          <div className="grid gap-3">
            {items.length === 0 && (
              <Card>
                <Empty title="Nothing is recommended">
                  No finding and no measurement of this stack asks for work beyond its changes.
                </Empty>
              </Card>
            )}
            <RecommendationGroups items={items} stack={may ? stack : null} />
            {notEvaluated.length > 0 && (
              <Card title="Could not be evaluated">
                <ul className="grid gap-1 text-sm">
                  {notEvaluated.map((n) => (
                    <li key={`${n.rule} ${n.target}`} className="break-words">
                      <code className="font-mono text-xs">{n.rule}</code> on {n.target}:{' '}
                      <span className="text-ink2">{n.why}</span>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </div>
        )}
      </Loaded>
    </>
  );
}
