'use client';
import { useQuery } from '@tanstack/react-query';
import { bytesText, count, durationText, number, percent } from '@/lib/client/format';
import { formatSql } from '@/lib/client/format-sql';
import { statementsQuery } from '@/lib/client/queries/observe';
import type { StatementRow } from '@/lib/contracts/database';
import { FindingLinks, ReadAgo } from '../observe/parts';
import { StackLink } from '../shell/stack-link';
import { TimePanels } from '../time/time-panels';
import { Card } from '../ui/card';
import { Code } from '../ui/code';
import { Empty, Loaded } from '../ui/states';
import { statementPanels } from './panels';
import { Plan } from './plan';

interface StatementDetailProps {
  stack: string;
  target: string;
  statement: string;
}

/** One statement: its text, what it costs, how that went over time, and how the database would run it. */
export function StatementDetail({ stack, target, statement }: StatementDetailProps) {
  const query = useQuery(statementsQuery(stack, target));
  const back = `/database?target=${encodeURIComponent(target)}&tab=statements`;
  return (
    <>
      <p className="mb-2.5 text-sm">
        <StackLink href={back} className="link">
          All statements
        </StackLink>
      </p>
      <Loaded query={query} framed>
        {(view) => {
          const found = view.statements.find((s) => s.queryId === statement);
          if (!found) {
            return (
              <Card>
                <Empty title="The newest reading does not list this statement">
                  It lists the 200 with most total time. Statements leave it when the statistics are reset.
                </Empty>
              </Card>
            );
          }
          const rank = view.statements.indexOf(found);
          return (
            <div className="grid gap-3">
              <div className="grid gap-3 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
                <Card title="Statement" note={`queryid ${found.queryId}`}>
                  <Code label="Text of the statement">{formatSql(found.query)}</Code>
                  {found.truncated && (
                    <p className="pt-2 text-xs text-warn-ink">
                      The text is cut off by track_activity_query_size.
                    </p>
                  )}
                </Card>
                <Card title="Cost" note={<ReadAgo at={view.takenAt} since={view.since} />}>
                  <Figures statement={found} />
                </Card>
              </div>
              {rank < view.historyOf ? (
                <TimePanels
                  panels={statementPanels(target, statement)}
                  stack={stack}
                  className="xl:grid-cols-3"
                />
              ) : (
                <p className="text-sm text-ink2">
                  History is kept of the {view.historyOf} statements with most total time; this one is not
                  among them.
                </p>
              )}
              <Plan stack={stack} target={target} statement={statement} />
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function Figures({ statement: s }: { statement: StatementRow }) {
  const items: [string, string][] = [
    ['Share of database time', `${percent(s.share)}\u202f%`],
    ['Calls', count(s.calls)],
    ['Mean time', durationText(s.meanMs)],
    ['Standard deviation', durationText(s.stddevMs)],
    ['Least, most', `${durationText(s.minMs)}, ${durationText(s.maxMs)}`],
    ['Total time', durationText(s.totalMs)],
    ['Rows', `${count(s.rows)} (${number(s.rowsPerCall)} a call)`],
    ['Shared buffer hits', s.hitRatio === null ? 'asked for no block' : `${percent(s.hitRatio)}\u202f%`],
    ['Temporary files', bytesText(s.tempBytes)],
    ['WAL', bytesText(s.walBytes)],
  ];
  return (
    <>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
        {items.map(([label, value]) => (
          <div key={label} className="contents">
            <dt className="text-ink2">{label}</dt>
            <dd className="text-right">{value}</dd>
          </div>
        ))}
      </dl>
      {s.findings.length > 0 && (
        <ul className="mt-3 grid gap-1.5 border-t border-line2 pt-2.5 text-sm">
          {s.findings.map((f) => (
            <li key={f.number} className="flex items-start gap-2">
              <FindingLinks findings={[f]} />
              <span className="min-w-0 break-words text-ink2">{f.title}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
