import type { Finding } from '@/lib/contracts/finding';
import type { ReportChange, ReportDocument, ReportTrial } from '@/lib/contracts/report';
import type { ReportLoadTest } from '@/lib/contracts/report-load';
import type { TargetView } from '@/lib/contracts/target';

/** What a reader might look for and not find, and why. */
export function notMeasured(o: {
  trials: readonly ReportTrial[];
  loadTests: readonly ReportLoadTest[];
  changes: readonly ReportChange[];
  targets: readonly TargetView[];
  findings: readonly Finding[];
  skipped: readonly { what: string; why: string }[];
}): ReportDocument['notMeasured'] {
  const lines = [...o.skipped];
  const named = new Set(lines.map((line) => line.what));
  const add = (what: string, why: string) => {
    if (!named.has(what)) lines.push({ what, why });
    named.add(what);
  };
  for (const change of o.changes) {
    if (change.trial !== null) continue;
    const why =
      change.state === 'obsolete'
        ? 'what it answered was gone once an earlier change was in place'
        : 'it was proposed and not tried in this pass';
    add(change.plan.title, why);
  }
  for (const trial of o.trials) {
    if (trial.state === 'done') continue;
    add(trial.title, `the trial is ${trial.state}${trial.decidedWhy ? `: ${trial.decidedWhy}` : ''}`);
  }
  for (const target of o.targets) {
    if (target.status === 'unreachable') add(`Target ${target.name}`, 'it did not answer');
    else if (target.status === 'paused') add(`Target ${target.name}`, 'watching it is paused');
  }
  for (const finding of o.findings) {
    if (finding.optimizations.length === 0)
      add(finding.title, 'found, but there is no remedy that could be measured');
  }
  for (const test of o.loadTests) {
    if (test.evidence === null)
      add(
        `Load test ${test.id}, ${test.title}`,
        `it ended (${test.outcome ?? test.state}) before anything was measured`,
      );
  }
  if (o.loadTests.length === 0)
    add(
      'Load profiles (ramp-up, spike, stress, endurance)',
      'no load test is part of this report; a trial measures under a constant number of clients',
    );
  return lines;
}
