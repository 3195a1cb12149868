'use client';
import { useMemo } from 'react';
import { plural } from '@/lib/client/format';
import { useUrlState } from '@/lib/client/use-url-state';
import { decisionWord, outcomeWord } from '@/lib/client/words';
import type { HistoryChange } from '@/lib/contracts/history';
import { verdicts } from '@/lib/contracts/verdict';
import { Gained } from '../overview/gained';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Select } from '../ui/field';
import { Empty } from '../ui/states';

const most = 60;
const gone = 'removed';

/** Every change ever tried as one forest plot, narrowed by what a person asks for. */
export function TriedChanges({ changes }: { changes: readonly HistoryChange[] }) {
  const [target, setTarget] = useUrlState('target', 'any');
  const [kind, setKind] = useUrlState('kind', 'any');
  const [verdict, setVerdict] = useUrlState('verdict', 'any');
  const [decision, setDecision] = useUrlState('decision', 'any');
  const targets = useMemo(() => unique(changes.map((c) => c.target ?? gone)), [changes]);
  const kinds = useMemo(() => unique(changes.flatMap((c) => c.optimization ?? [])), [changes]);
  const shown = useMemo(
    () =>
      changes.filter(
        (c) =>
          (target === 'any' || (c.target ?? gone) === target) &&
          (kind === 'any' || c.optimization === kind) &&
          (verdict === 'any' || c.outcome === verdict) &&
          (decision === 'any' || c.decision === decision),
      ),
    [changes, target, kind, verdict, decision],
  );
  const clear = () => {
    for (const set of [setTarget, setKind, setVerdict, setDecision]) set('any');
  };
  return (
    <div className="grid gap-3">
      {changes.length > 0 && (
        <Card title="Changes tried" note={`${shown.length} of ${plural(changes.length, 'trial')}`}>
          <div className="flex flex-wrap gap-2">
            <Choice label="Target" any="Any target" value={target} onChange={setTarget} options={targets} />
            <Choice label="Kind" any="Any kind" value={kind} onChange={setKind} options={kinds} />
            <Choice
              label="Verdict"
              any="Any verdict"
              value={verdict}
              onChange={setVerdict}
              options={verdicts}
              word={(v) => outcomeWord[v as keyof typeof outcomeWord]?.text ?? v}
            />
            <Choice
              label="Decision"
              any="Kept or rolled back"
              value={decision}
              onChange={setDecision}
              options={['kept', 'rolled-back']}
              word={(v) => decisionWord[v as keyof typeof decisionWord]?.text ?? v}
            />
          </div>
        </Card>
      )}
      <Gained
        rows={shown}
        most={most}
        title="Every change tried"
        empty={
          changes.length === 0 ? undefined : (
            <Empty title="No trial is like this" action={<Button onClick={clear}>Show all</Button>} />
          )
        }
      />
    </div>
  );
}

function Choice({
  label,
  any,
  value,
  onChange,
  options,
  word = (v) => v,
}: {
  label: string;
  any: string;
  value: string;
  onChange: (value: string) => void;
  options: readonly string[];
  word?: (value: string) => string;
}) {
  return (
    <Select aria-label={label} value={value} onChange={(e) => onChange(e.target.value)}>
      <option value="any">{any}</option>
      {options.map((o) => (
        <option key={o} value={o}>
          {word(o)}
        </option>
      ))}
    </Select>
  );
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].sort();
