'use client';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { filterFindings } from '@/lib/client/filter-findings';
import { plural } from '@/lib/client/format';
import { findingsQuery } from '@/lib/client/queries/findings';
import { useStack } from '@/lib/client/use-stack';
import { useUrlState } from '@/lib/client/use-url-state';
import { severities } from '@/lib/contracts/finding';
import { Term } from '../help/term';
import { NoStack } from '../targets/no-stack';
import { Card } from '../ui/card';
import { Select, TextInput } from '../ui/field';
import { PageHead } from '../ui/page-head';
import { Segmented } from '../ui/segmented';
import { Empty, Loaded } from '../ui/states';
import { FindingRow } from './finding-row';
import { NotChecked } from './not-checked';

const states = [
  { value: 'open', label: 'Open' },
  { value: 'muted', label: 'Muted' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'any', label: 'All' },
] as const;

export function FindingsPage() {
  const { stack, none } = useStack();
  const query = useQuery(findingsQuery(stack));
  const [state, setState] = useUrlState('state', 'open');
  const [severity, setSeverity] = useUrlState('severity', 'any');
  const [target, setTarget] = useUrlState('target', 'any');
  const [text, setText] = useUrlState('q', '');
  const targets = useMemo(() => [...new Set((query.data ?? []).map((f) => f.target))].sort(), [query.data]);
  const narrowed = severity !== 'any' || target !== 'any' || text !== '';
  if (none) return <NoStack />;
  return (
    <>
      <PageHead
        title="Findings"
        sub={
          <>
            What a rule <Term id="finding">found</Term> wrong in what was read last, worst first.
          </>
        }
      />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <Segmented
          label="State"
          options={states}
          value={states.find((s) => s.value === state)?.value ?? 'open'}
          onChange={setState}
        />
        <Select aria-label="Severity" value={severity} onChange={(e) => setSeverity(e.target.value)}>
          <option value="any">Any severity</option>
          {severities.map((s) => (
            <option key={s} value={s}>
              {s}
            </option>
          ))}
        </Select>
        {targets.length > 1 && (
          <Select aria-label="Target" value={target} onChange={(e) => setTarget(e.target.value)}>
            <option value="any">Any target</option>
            {targets.map((t) => (
              <option key={t} value={t}>
                {t}
              </option>
            ))}
          </Select>
        )}
        <TextInput
          type="search"
          aria-label="Filter by words"
          placeholder="Filter by words"
          value={text}
          onChange={(e) => setText(e.target.value)}
          className="max-w-56"
        />
      </div>
      <Card id="found">
        <Loaded query={query}>
          {(all) => {
            const found = filterFindings(all, { state, severity, target, text });
            if (found.length === 0) {
              return (
                <Empty
                  title={
                    narrowed
                      ? 'No finding fits this filter'
                      : state === 'open'
                        ? 'No open finding'
                        : 'Nothing here'
                  }
                >
                  {all.length === 0
                    ? 'The first diagnosis follows the first heavy reads, about a minute after a target answers.'
                    : `${plural(all.length, 'finding')} in all.`}
                </Empty>
              );
            }
            return (
              <>
                <p role="status" className="sr-only">
                  {plural(found.length, 'finding')}
                </p>
                <ul>
                  {found.map((f) => (
                    <FindingRow key={f.number} finding={f} showState />
                  ))}
                </ul>
              </>
            );
          }}
        </Loaded>
      </Card>
      <NotChecked stack={stack} />
    </>
  );
}
