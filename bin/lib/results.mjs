// Reads what the test runners wrote down about their run.
import fs from 'node:fs';

const read = (file) => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** Counts of a vitest JSON report. A file that could not be loaded counts as one failed test. */
export function vitestResult(file, exitCode) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1 };
  const tests = report.testResults.flatMap((f) => f.assertionResults);
  const broken = report.testResults.filter(
    (f) => f.status === 'failed' && !f.assertionResults.some((t) => t.status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    // A failure outside every test (an unhandled rejection) shows in the exit code alone.
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: tests.filter((t) => ['skipped', 'pending', 'todo'].includes(t.status)).map((t) => t.fullName),
    // The errors of the first try stay with a test that passed on the second.
    flaky: tests.filter((t) => t.status === 'passed' && t.failureMessages?.length > 0).map((t) => t.fullName),
  };
}

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
