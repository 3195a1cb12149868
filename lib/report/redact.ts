import type { ConfigFile } from '@/lib/contracts/configuration';
import type { ReportTrial } from '@/lib/contracts/report';
import type { ReportFacts } from './freeze';
import { redactLoadTest } from './loads/redact';
import { scrub, scrubAll } from './scrub';

/**
 * Takes credentials, addresses, host names and values of rows out of all that was gathered for a report, before anything is
 * computed from it. Of a record the measured names and figures stay, or it could not be judged; its free texts do not.
 */
export function redactFacts(facts: ReportFacts, hosts: readonly string[]): ReportFacts {
  const { trials, loadTests, ...rest } = facts;
  const findings = rest.findings.map((finding) => ({ ...finding, facts: {} }));
  const changes = rest.changes.map((change) => ({ ...change, plan: { ...change.plan, facts: {} } }));
  // Who marked what, and what they noted, is for the people of this installation.
  const recommendations = rest.recommendations?.map((r) => ({ ...r, by: null, note: null }));
  const configuration = rest.configuration?.map(withoutPlaces);
  return {
    ...scrubAll({ ...rest, findings, changes }, hosts),
    ...(recommendations ? { recommendations: scrubAll(recommendations, hosts) } : {}),
    ...(configuration ? { configuration: scrubAll(configuration, hosts) } : {}),
    trials: trials.map((t) => redactTrial(t, hosts)),
    ...(loadTests ? { loadTests: loadTests.map((t) => redactLoadTest(t, hosts)) } : {}),
  };
}

/** Hosts of a pool are named as such, so they go also where they have no dot; paths on a server go with their note. */
function withoutPlaces(file: ConfigFile): ConfigFile {
  const hostless = (text: string) => text.replace(/\bhost=('(?:[^']|'')*'|\S+)/g, 'host=[host]');
  return {
    ...file,
    entries: file.entries.map((e) => ({ ...e, proposed: hostless(e.proposed) })),
    text: file.text === null ? null : hostless(file.text),
    notes: file.notes.filter((note) => !note.startsWith('The server was started with /')),
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
