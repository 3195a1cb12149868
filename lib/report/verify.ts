import { AppError } from '@/lib/contracts/error';
import { ReportDocument, type ReportTrial } from '@/lib/contracts/report';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { differences, type Problem, step } from './compare';
import { digestsOf } from './digests';
import { derivedOf } from './freeze';
import { verifyLoads } from './loads/verify';

export type { Problem } from './compare';

export interface Verification {
  ok: boolean;
  problems: Problem[];
}

/**
 * Computes a report again from its own records and compares exactly: every verdict, every row, every figure of a load test,
 * the summary, method and limits, the trials that changes name, and the digests. Needs no store and no target.
 */
export function verifyReport(given: unknown): Verification {
  const parsed = ReportDocument.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      path: pathOf(issue.path),
      found: at(given, issue.path),
      expected: issue.message,
    }));
    return { ok: false, problems };
  }
  const document = parsed.data;
  const problems = [
    ...document.trials.flatMap((trial, i) => verifyTrial(trial, `trials[${i}]`)),
    ...verifyLoads(document.loadTests ?? []),
    ...verifyDerived(document),
    ...verifyLinks(document),
    ...differences('digests', document.digests, digestsOf(document)),
  ];
  return { ok: problems.length === 0, problems };
}

/**
 * The same from the file's text. JSON's numbers may be written with digits that no reader sees (0.10000000000000000001);
 * those count as a difference too.
 */
export function verifyReportText(text: string): Verification {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad-input', `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
  const result = verifyReport(given);
  const hidden: Problem[] = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"') || String(Number(token)) === token) continue;
    hidden.push({ path: '(text of the file)', found: token, expected: String(Number(token)) });
  }
  const problems = [...result.problems, ...hidden];
  return { ok: problems.length === 0, problems };
}

function verifyTrial(trial: ReportTrial, path: string): Problem[] {
  if (trial.record === null || trial.state !== 'done') {
    return trial.verdict === null
      ? []
      : [
          {
            path: `${path}.verdict`,
            found: trial.verdict.verdict,
            expected: 'no verdict without a finished record',
          },
        ];
  }
  try {
    return differences(`${path}.verdict`, trial.verdict, judgeRecord(trial.record));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [
      {
        path: `${path}.record.${error.field ?? ''}`,
        found: 'a record that cannot be judged',
        expected: error.message,
      },
    ];
  }
}

function verifyDerived(document: ReportDocument): Problem[] {
  const derived = derivedOf(document);
  return (['rows', 'score', 'summary', 'method', 'limits'] as const).flatMap((key) =>
    differences(key, document[key], derived[key]),
  );
}

/** Changes name trials of this document, and say what those decided. */
function verifyLinks(document: ReportDocument): Problem[] {
  return document.changes.flatMap((change, i) => {
    if (change.trial === null) return [];
    const trial = document.trials.find((t) => t.id === change.trial);
    const path = `changes[${i}].trial`;
    if (!trial) return [{ path, found: change.trial, expected: 'the id of a trial in this document' }];
    return differences(`${path}.changeKey`, trial.changeKey, change.key);
  });
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (so, part) => (typeof part === 'number' ? `${so}[${part}]` : step(so, String(part))),
    '',
  );
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current !== null && typeof current === 'object' ? '(object)' : current;
}
