import type { LeadLine } from '@/lib/contracts/lead';
import type { ReportChange, ReportDocument } from '@/lib/contracts/report';
import { bytes } from '@/lib/diagnose/finding';
import { listed, plain } from '@/lib/prove/verdict/format';
import { evidenceText } from '../words';
import { firstLines, type Judged } from './gains';
import { inWords, writes } from './names';

/** What the changes that stayed took: disk, memory, time, restarts, risk, and what became of writes. */
export function costLines(
  { changes }: Pick<ReportDocument, 'changes'>,
  decisive: readonly Judged[],
  names: readonly string[],
): LeadLine[] {
  const stayed = changes.filter((c) => c.state === 'applied');
  if (stayed.length === 0) return [{ text: 'Nothing stayed in place, so nothing is spent.', trial: null }];
  return [
    ...firstLines(stayed.map((c) => ({ text: costOf(c), trial: c.trial }))),
    writeLine(decisive, names),
  ];
}

function costOf({ plan, outcome }: ReportChange): string {
  const parts = [
    outcome?.sizeBytes === undefined ? 'disk not measured' : `${bytes(outcome.sizeBytes)} of disk`,
    ...(outcome?.measured ?? []).map(
      ({ label, before, after, unit }) => `${label} ${from(before, unit)} before, ${from(after, unit)} now`,
    ),
    outcome?.applyMs === undefined
      ? 'time to put in place not measured'
      : `${plain(outcome.applyMs / 1000)} s to put in place`,
    plan.needsRestart ? 'a restart' : 'no restart',
    `${plan.risk} risk`,
    plan.reversible ? 'can be taken back' : 'cannot be taken back',
  ];
  return `${plan.title}: ${parts.join(', ')}.`;
}

const from = (value: number | null, unit: string) =>
  value === null ? 'not measured' : evidenceText(value, unit);

/** Indexes and the like are paid for when rows are written. */
function writeLine(decisive: readonly Judged[], names: readonly string[]): LeadLine {
  const measured = decisive.flatMap((trial) =>
    trial.verdict.endpoints
      .filter((e) => e.role !== 'control' && writes(e.endpoint))
      .map((e) => ({ e, trial })),
  );
  if (measured.length === 0)
    return { text: 'What it costs writes was not measured: the load had none to judge.', trial: null };
  const trial = measured.at(-1)?.trial.id ?? null;
  const slower = measured.filter(({ e }) => e.verdict === 'regressed');
  const open = measured.filter(({ e }) => e.verdict === 'inconclusive');
  const list = (of: typeof measured) => listed([...new Set(of.map(({ e }) => inWords(e.endpoint, names)))]);
  if (slower.length > 0) return { text: `Writes that were shown to be slower: ${list(slower)}.`, trial };
  return {
    text:
      open.length > 0
        ? `No write was shown to be slower; not decided for ${list(open)}.`
        : `No write that was measured got slower: ${list(measured)}.`,
    trial,
  };
}
