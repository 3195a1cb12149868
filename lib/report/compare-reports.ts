import { metrics } from '@/lib/contracts/metrics';
import type { ReportDocument } from '@/lib/contracts/report';
import type { ReportComparison } from '@/lib/contracts/report-comparison';
import { compareLoadTests } from './loads/compare';

/** Lines of the environment that make two measurements different ones. */
const machine = ['Measured from', 'Processors', 'Memory', 'Clients'];

type Numbered = { id: number; document: ReportDocument };

/**
 * Two frozen reports held against each other. Figures are where the stack stood at the end of each: they were
 * measured at different times, so their ratio is a difference and no verdict. Pure.
 */
export function compareReports(before: Numbered, after: Numbered): ReportComparison {
  const [a, b] = [before.document, after.document];
  const head = ({ id, document }: Numbered) => ({
    id,
    title: document.title,
    stack: document.stack,
    at: document.finishedAt,
  });
  const loads = compareLoadTests(a.loadTests ?? [], b.loadTests ?? []);
  return {
    before: head(before),
    after: head(after),
    notComparable: [...obstacles(a, b), ...loads.notComparable],
    score: scores(a, b),
    figures: [...endpoints(a, b), ...loads.figures, ...vitals(a, b)],
    changes: changes(a, b),
    findings: findings(a, b),
  };
}

function obstacles(a: ReportDocument, b: ReportDocument): string[] {
  const found: string[] = [];
  if (a.stack !== b.stack)
    found.push(`They are of different stacks: ${a.stack} and ${b.stack}. Nothing of one tells of the other.`);
  for (const label of machine) {
    const [x, y] = [a, b].map((d) => d.environment.find((line) => line.label === label)?.value);
    if (x !== undefined && y !== undefined && x !== y)
      found.push(
        `${label}: ${x} then ${y}. ${label === 'Clients' ? 'Times under another number of clients are other times.' : 'They were measured from different machines.'}`,
      );
  }
  for (const target of a.targets) {
    const same = b.targets.find((t) => t.name === target.name);
    if (same && target.version !== null && same.version !== null && same.version !== target.version)
      found.push(`${target.name} was ${target.version} and is ${same.version}.`);
  }
  const [x, y] = [a, b].map((d) => d.score?.measuredWeight);
  if (x !== undefined && y !== undefined && x !== y)
    found.push(
      `The scores stand on different parts: ${x} and ${y} of 100 were measured. Compare them part by part.`,
    );
  return found;
}

function scores(a: ReportDocument, b: ReportDocument): ReportComparison['score'] {
  const parts = [...(a.score?.parts ?? []), ...(b.score?.parts ?? [])];
  const ids = [...new Set(parts.map((p) => p.id))];
  const worth = (d: ReportDocument, id: string) => d.score?.parts.find((p) => p.id === id)?.worth ?? null;
  return {
    before: a.score?.score ?? null,
    after: b.score?.score ?? null,
    parts: ids.map((id) => ({
      title: parts.find((p) => p.id === id)?.title ?? id,
      before: worth(a, id),
      after: worth(b, id),
    })),
  };
}

type Figure = ReportComparison['figures'][number];

function endpoints(a: ReportDocument, b: ReportDocument): Figure[] {
  const [x, y] = [standing(a), standing(b)];
  return [...new Set([...x.keys(), ...y.keys()])].map((key) => {
    const [one, other] = [x.get(key), y.get(key)];
    const of = one ?? other;
    return figure(of?.name ?? '', of?.metric ?? '', of?.unit ?? '', one?.value ?? null, other?.value ?? null);
  });
}

/** Of each endpoint and metric the value that the report ends with: with what was kept, without what was not. */
function standing(
  d: ReportDocument,
): Map<string, { name: string; metric: string; unit: string; value: number }> {
  const found = new Map<string, { name: string; metric: string; unit: string; value: number }>();
  // Trials stand in the order they ran, and the last that measured it knows.
  for (const trial of d.trials) {
    if (trial.verdict === null) continue;
    const inPlace = trial.kind === 'overall' || trial.decision === 'kept';
    for (const row of d.rows) {
      if (row.trial !== trial.id) continue;
      const value = inPlace ? row.after : row.before;
      const { endpoint: name, metric, unit } = row;
      found.set(JSON.stringify([name, metric]), { name, metric, unit, value });
    }
  }
  return found;
}

function vitals(a: ReportDocument, b: ReportDocument): Figure[] {
  const means = [...(a.vitals?.means ?? []), ...(b.vitals?.means ?? [])];
  const keys = [...new Set(means.map((m) => JSON.stringify([m.target, m.metric])))];
  return keys.flatMap((key) => {
    const same = (m: { target: string; metric: string }) => JSON.stringify([m.target, m.metric]) === key;
    const of = means.find(same);
    if (!of) return [];
    const known = Object.entries(metrics).find(([name]) => name === of.metric)?.[1];
    const mean = (d: ReportDocument) => d.vitals?.means.find(same)?.mean ?? null;
    return [
      figure(`${known?.title ?? of.metric} of ${of.target}`, 'mean', known?.unit ?? '', mean(a), mean(b)),
    ];
  });
}

function figure(
  name: string,
  metric: string,
  unit: string,
  before: number | null,
  after: number | null,
): Figure {
  // A rate of errors may be zero: no ratio then.
  const ratio =
    before !== null && after !== null && before > 0 && metric !== 'errors' ? after / before : null;
  return { name, metric, unit, before, after, ratio };
}

function changes(a: ReportDocument, b: ReportDocument): ReportComparison['changes'] {
  const keyOf = (c: ReportDocument['changes'][number]) => JSON.stringify([c.target, c.key]);
  const all = [...a.changes, ...b.changes];
  return [...new Set(all.map(keyOf))].flatMap((key) => {
    const of = all.findLast((c) => keyOf(c) === key);
    if (!of) return [];
    const state = (d: ReportDocument) => {
      const change = d.changes.find((c) => keyOf(c) === key);
      if (!change) return null;
      return d.trials.find((t) => t.id === change.trial)?.decision ?? change.state;
    };
    return [{ title: of.plan.title, target: of.target, before: state(a), after: state(b) }];
  });
}

function findings(a: ReportDocument, b: ReportDocument): ReportComparison['findings'] {
  const keys = (d: ReportDocument) => new Set(d.findings.map((f) => f.key));
  const [x, y] = [keys(a), keys(b)];
  const brief = (list: ReportDocument['findings']) =>
    list.map(({ title, severity, target }) => ({ title, severity, target }));
  return {
    appeared: brief(b.findings.filter((f) => !x.has(f.key))),
    gone: brief(a.findings.filter((f) => !y.has(f.key))),
    stayed: a.findings.filter((f) => y.has(f.key)).length,
  };
}
