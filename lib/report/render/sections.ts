import type { ConfigFile } from '@/lib/contracts/configuration';
import type { Recommendation } from '@/lib/contracts/recommendation';
import type { ReportDocument, ReportScore } from '@/lib/contracts/report';
import { plain } from '@/lib/prove/verdict/format';
import { scoreText } from '../score';
import { effect, evidenceText, measured, metricName, outcomeName } from '../words';
import { loadSections } from './load-sections';
import type { Section } from './section';
import { watchedSections } from './watched-sections';

/** The tables of a report, in order. */
export function sections(document: ReportDocument): Section[] {
  return [
    ...(document.score ? [score(document.score)] : []),
    beforeAfter(document),
    changes(document),
    trials(document),
    ...loadSections(document.loadTests ?? []),
    findings(document),
    ...(document.watched ? watchedSections(document.watched) : []),
    ...(document.recommendations ? [recommendations(document.recommendations)] : []),
    ...(document.configuration ? [configuration(document.configuration)] : []),
    notMeasured(document),
  ];
}

function score({ parts, ...of }: ReportScore): Section {
  return {
    title: 'Score',
    note: `${scoreText({ ...of, parts })}. Each part counts by its weight; what was not measured is left out.`,
    columns: [
      { name: 'Part' },
      { name: 'Weight', numeric: true },
      { name: 'Measured', numeric: true },
      { name: 'Worth', numeric: true },
      { name: 'How' },
      { name: 'From' },
    ],
    rows: parts.map((part) => [
      part.title,
      String(part.weight),
      part.input === null ? 'not measured' : measured(part.input, part.unit),
      part.worth === null ? '' : `${plain(part.worth * 100, 3)} %`,
      part.curve,
      part.source,
    ]),
    empty: '',
  };
}

function beforeAfter(document: ReportDocument): Section {
  const goals = document.rows.some((row) => row.target !== null);
  return {
    title: 'Before and after',
    note: 'Ratio is after ÷ before with its 95 % interval; for error rates it is the difference. Verdicts on p95 and throughput of a guard are exploratory.',
    columns: [
      { name: 'Trial', numeric: true },
      { name: 'Endpoint or statement' },
      { name: 'Metric' },
      { name: 'Before', numeric: true },
      { name: 'After', numeric: true },
      { name: 'Ratio', numeric: true },
      { name: '95 % interval', numeric: true },
      { name: 'Verdict' },
      ...(goals ? [{ name: 'Target value', numeric: true }] : []),
    ],
    rows: document.rows.map((row) => [
      String(row.trial),
      row.endpoint,
      metricName[row.metric],
      measured(row.before, row.unit),
      measured(row.after, row.unit),
      effect(row.ratio, row.metric),
      `${effect(row.low, row.metric)} to ${effect(row.high, row.metric)}`,
      outcomeName[row.verdict] ?? row.verdict,
      ...(goals ? [row.target === null ? '' : measured(row.target, row.unit)] : []),
    ]),
    empty: 'Nothing was measured.',
  };
}

function changes(document: ReportDocument): Section {
  return {
    title: 'Changes',
    columns: [
      { name: 'Change' },
      { name: 'Target' },
      { name: 'State' },
      { name: 'Statements' },
      { name: 'Inverse' },
      { name: 'Build time', numeric: true },
      { name: 'Size', numeric: true },
      { name: 'Trial', numeric: true },
    ],
    rows: document.changes.map(({ plan, target, state, outcome, trial }) => [
      plan.title,
      target,
      state,
      plan.steps.map((step) => step.statement).join('; '),
      plan.inverse.map((step) => step.statement).join('; ') || 'none',
      outcome?.applyMs === undefined ? 'not measured' : `${plain(outcome.applyMs / 1000)} s`,
      outcome?.sizeBytes === undefined ? 'not measured' : `${plain(outcome.sizeBytes / 2 ** 20)} MB`,
      trial === null ? 'not tried' : String(trial),
    ]),
    empty: 'No change was proposed.',
  };
}

function trials(document: ReportDocument): Section {
  return {
    title: 'Trials',
    columns: [
      { name: 'Trial', numeric: true },
      { name: 'What' },
      { name: 'Verdict' },
      { name: 'Decision' },
      { name: 'In words' },
    ],
    rows: document.trials.map((trial) => [
      String(trial.id),
      trial.title,
      trial.verdict ? (outcomeName[trial.verdict.verdict] ?? '') : trial.state,
      trial.decision ?? '',
      trial.verdict?.sentence ?? trial.decidedWhy ?? '',
    ]),
    empty: 'No trial was run.',
  };
}

function findings(document: ReportDocument): Section {
  const unchecked = document.cannotCheck.map((c) => [`cannot check`, c.target, c.id, c.reason, c.enable]);
  return {
    title: 'Findings',
    columns: [
      { name: 'Severity' },
      { name: 'Target' },
      { name: 'Subject' },
      { name: 'What' },
      { name: 'Evidence' },
    ],
    rows: [
      ...document.findings.map((finding) => [
        finding.severity,
        finding.target,
        finding.subject,
        `${finding.title}. ${finding.detail}`,
        finding.evidence
          .map((e) => `${e.label}: ${typeof e.value === 'number' ? evidenceText(e.value, e.unit) : e.value}`)
          .join('; '),
      ]),
      ...unchecked,
    ],
    empty: 'No problem was found.',
  };
}

const horizons = { now: 'now', weeks: 'in 1 to 2 weeks', months: 'in 1 to 3 months' } as const;

function recommendations(items: readonly Recommendation[]): Section {
  return {
    title: 'Recommendations',
    note: 'Work for people, which no button does. Each follows from the evidence named with it.',
    columns: [
      { name: 'When' },
      { name: 'Target' },
      { name: 'What' },
      { name: 'Evidence' },
      { name: 'Threshold' },
      { name: 'State' },
    ],
    rows: items.map((item) => [
      horizons[item.horizon],
      item.target,
      `${item.title}. ${item.detail}`,
      item.evidence
        .map(
          (e) =>
            `${e.id}: ${e.label}: ${typeof e.value === 'number' ? evidenceText(e.value, e.unit) : e.value}`,
        )
        .join('; '),
      `${item.threshold.text} (${item.threshold.source})`,
      item.state === 'open' ? 'open' : `${item.state}; ${item.checked}`,
    ]),
    empty: 'No finding and no measurement asked for any.',
  };
}

function configuration(files: readonly ConfigFile[]): Section {
  return {
    title: 'Configuration files',
    note: 'As a difference to what ran when the pass ended. The files themselves are in the JSON form of this report, without hosts and addresses.',
    columns: [
      { name: 'File' },
      { name: 'Line' },
      { name: 'Runs' },
      { name: 'Proposed' },
      { name: 'Follows from' },
    ],
    rows: files.flatMap((file) =>
      file.entries.length === 0
        ? [[file.name, '', '', 'nothing', file.nothing ?? '']]
        : file.entries.map((e) => [
            file.name,
            e.name,
            e.runs ?? 'nothing of it is seen',
            e.proposed,
            `${e.source}: ${e.why}`,
          ]),
    ),
    empty: 'No target was read.',
  };
}

function notMeasured(document: ReportDocument): Section {
  return {
    title: 'Not measured',
    columns: [{ name: 'What' }, { name: 'Why' }],
    rows: document.notMeasured.map(({ what, why }) => [what, why]),
    empty: 'Everything listed was measured.',
  };
}
