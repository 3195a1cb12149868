// Reads what the test runners wrote down about their run.
import fs from 'node:fs';

const read = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/**
 * Counts of a vitest JSON report. A file that could not be loaded counts as one failed test. `again` is the report of
 * the failed files alone, run a second time: their tests count as they ended there, and what passed only there is flaky.
 * @param {string} file
 * @param {number} exitCode
 * @param {{ file: string, exitCode: number } | null} again
 */
export function vitestResult(file, exitCode, again = null) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1 };
  const second = again ? read(again.file) : null;
  const files = second
    ? [...report.testResults.filter((f) => f.status !== 'failed'), ...second.testResults]
    : report.testResults;
  const tests = files.flatMap((f) => f.assertionResults);
  const failed = tests.filter((t) => t.status === 'failed').length + files.filter((f) => broken(f)).length;
  const code = second ? again.exitCode : exitCode;
  const failedFirst = new Set(second ? failedNames(report) : []);
  const passedSecond = second?.testResults.flatMap((f) => [
    ...(f.status === 'failed' ? [] : [f.name]),
    ...f.assertionResults.filter((t) => t.status === 'passed').map((t) => t.fullName),
  ]);
  return {
    passed: tests.filter((t) => t.status === 'passed').length,
    // A failure outside every test (an unhandled rejection) shows in the exit code alone.
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: tests.filter((t) => ['skipped', 'pending', 'todo'].includes(t.status)).map((t) => t.fullName),
    flaky: (passedSecond ?? []).filter((name) => failedFirst.has(name)),
  };
}

/** The paths of the files of a vitest JSON report in which something failed. */
export function failedFiles(file) {
  return (read(file)?.testResults ?? []).filter((f) => f.status === 'failed').map((f) => f.name);
}

/** Whether a file failed outside its tests: it could not be loaded, or its set-up threw. */
const broken = (f) => f.status === 'failed' && !f.assertionResults.some((t) => t.status === 'failed');

/** Tests that failed, and files that failed outside them. */
const failedNames = (report) =>
  report.testResults.flatMap((f) =>
    broken(f) ? [f.name] : f.assertionResults.filter((t) => t.status === 'failed').map((t) => t.fullName),
  );

/** Counts of a Playwright JSON report. */
export function playwrightResult(file, exitCode) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1 };
  const { expected = 0, unexpected = 0, flaky = 0 } = report.stats;
  const failed = unexpected + report.errors.length;
  return {
    passed: expected + flaky,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: specsWith('skipped', report.suites),
    flaky: specsWith('flaky', report.suites),
  };
}

function specsWith(status, suites = []) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? []).filter((s) => s.tests.some((t) => t.status === status)).map((s) => s.title),
    ...specsWith(status, suite.suites),
  ]);
}
