'use client';
import { useQuery } from '@tanstack/react-query';
import { dateText } from '@/lib/client/format';
import { alertsQuery } from '@/lib/client/queries/alerts';
import { useStack } from '@/lib/client/use-stack';
import { alertWord } from '@/lib/client/words';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { Empty, Loaded } from '../ui/states';
import { Tag } from '../ui/tag';
import { valueText } from './alert-words';

/** Every change of state in the last seven days, newest first. */
export function AlertHistory() {
  const { stack, none } = useStack();
  const query = useQuery(alertsQuery(stack));
  if (none) return <NoStack />;
  return (
    <Card title="Changes of state" note="last 7 days, at most 500">
      <Loaded query={query}>
        {({ events }) =>
          events.length === 0 ? (
            <Empty title="No alert changed its state">Nothing went beyond a bound, or came back.</Empty>
          ) : (
            <ol>
              {events.map((e) => (
                <li
                  key={e.id}
                  className="grid gap-x-4 gap-y-0.5 border-t border-line2 py-2 text-sm first:border-t-0 sm:grid-cols-[9rem_7rem_1fr_auto]"
                >
                  <time dateTime={e.at} className="tnum text-ink2">
                    {dateText(e.at)}
                  </time>
                  <span>
                    <Tag tone={alertWord[e.to].tone}>{alertWord[e.to].text}</Tag>
                  </span>
                  <span className="min-w-0 break-words">
                    {e.rule}
                    <span className="text-ink2">
                      {' '}
                      · {e.target} {e.label}
                    </span>
                  </span>
                  <span className="tnum sm:text-right">{valueText(e, e.value)}</span>
                </li>
              ))}
            </ol>
          )
        }
      </Loaded>
    </Card>
  );
}
