import { count, dateLong, durationText, plural, timeLeft } from '@/lib/client/format';
import type { LoadTestDetail } from '@/lib/contracts/load-api';
import { Card } from '../ui/card';
import { Facts } from '../ui/facts';
import { kindWord, levelUnit } from './load-words';

const certificateWord: Record<NonNullable<LoadTestDetail['certificate']>, string> = {
  system: 'checked against the authorities that the system trusts',
  authority: 'checked against the authority given for the target',
  unchecked: 'not checked',
};

/** The plan of a load test: what anyone needs to run it again. */
export function WhatWasSent({ test }: { test: LoadTestDetail }) {
  const { plan } = test;
  const total = plan?.probes.reduce((sum, p) => sum + p.weight, 0) ?? 0;
  return (
    <Card className="mb-3" title="What was sent">
      <Facts
        items={[
          { label: 'started', value: `${dateLong(test.startedAt ?? test.createdAt)} by ${test.createdBy}` },
          ...(plan
            ? [
                {
                  label: 'to',
                  value: <span className="font-mono text-xs break-all">{plan.target.baseUrl}</span>,
                },
                ...(test.certificate
                  ? [{ label: 'certificate', value: certificateWord[test.certificate] }]
                  : []),
                { label: 'load', value: planText(plan, test.secondsPlanned) },
                { label: 'objective', value: `${durationText(plan.profile.slo.latencyMs)} a request` },
              ]
            : [{ label: 'plan', value: 'not known: the results of another tool were read' }]),
          ...(test.workloadHash
            ? [
                {
                  label: 'workload',
                  value: <code className="font-mono text-xs">{test.workloadHash.slice(0, 12)}</code>,
                },
              ]
            : []),
        ]}
      />
      {plan && (
        <details className="mt-3">
          <summary className="text-sm text-ink2">
            {plural(plan.probes.length, 'endpoint')} with weights
          </summary>
          <ul className="mt-1.5 grid gap-1 text-sm">
            {plan.probes.map((p) => (
              <li key={p.name} className="flex flex-wrap gap-x-3">
                <span className="w-14 text-right text-ink2">{Math.round((p.weight / total) * 100)}%</span>
                <span className="font-mono text-xs break-all">
                  {p.method} {p.path}
                </span>
                {p.rows.length > 0 && (
                  <span className="text-xs text-ink3">{count(p.rows.length)} rows of values</span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function planText({ profile }: NonNullable<LoadTestDetail['plan']>, seconds: number | null): string {
  if (profile.kind === 'replay')
    return `replay at recorded times${seconds === null ? '' : ` over ${timeLeft(seconds)}`}`;
  const unit = levelUnit(profile.model);
  const stages = profile.stages.map((s) =>
    s.durationMs === 0
      ? `jump to ${count(s.level)}`
      : `${timeLeft(s.durationMs / 1000)} to ${count(s.level)}`,
  );
  const stress = profile.stress ? [`steps of ${count(profile.stress.step)} until a limit breaks`] : [];
  return `${kindWord[profile.kind]}, ${unit}: ${[...stages, ...stress].join(', ')}`;
}
