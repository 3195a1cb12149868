import type { ReportTrial } from '@/lib/contracts/report';
import type { ReportFacts } from './freeze';
import { scrub, scrubAll } from './scrub';

/**
 * Takes credentials, addresses, host names and values of rows out of all that was gathered for a report, before anything is
 * computed from it. Of a record the measured names and figures stay, or it could not be judged; its free texts do not.
 */
export function redactFacts(facts: ReportFacts, hosts: readonly string[]): ReportFacts {
  const { trials, ...rest } = facts;
  const findings = rest.findings.map((finding) => ({ ...finding, facts: {} }));
  const changes = rest.changes.map((change) => ({ ...change, plan: { ...change.plan, facts: {} } }));
  return {
    ...scrubAll({ ...rest, findings, changes }, hosts),
    trials: trials.map((t) => redactTrial(t, hosts)),
  };
}

function redactTrial({ record, ...rest }: ReportTrial, hosts: readonly string[]): ReportTrial {
  if (record === null) return { ...scrubAll(rest, hosts), record };
  const segments = record.segments.map((s) =>
    s.void === undefined ? s : { ...s, void: scrub(s.void, hosts) },
  );
  const title = record.title === undefined ? {} : { title: scrub(record.title, hosts) };
  return { ...scrubAll(rest, hosts), record: { ...record, ...title, segments } };
}

/**
 * Host parts of an address such as `db.example:5432/shop`, of several parted by commas too. Names without a dot are left:
 * they may be words elsewhere, and localhost tells nothing.
 */
export function hostsOf(address: string): string[] {
  const [, rest = ''] = /^(?:[a-z+]+:\/\/)?([^/?#]*)/i.exec(address) ?? [];
  return rest
    .split(',')
    .map((part) => part.trim().replace(/^.*@/, '').replace(/:\d+$/, ''))
    .filter((host) => host.includes('.'));
}
