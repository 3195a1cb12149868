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
  if (!report) return { passed: 0, failed: 1, skipped: [] };
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
  };
}

/** Counts of a Playwright JSON report. A test that passed only when tried again counts as failed. */
export function playwrightResult(file, exitCode) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1, skipped: [] };
  const { expected = 0, unexpected = 0, flaky = 0 } = report.stats;
  const failed = unexpected + flaky + report.errors.length;
  return {
    passed: expected,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: skippedSpecs(report.suites),
  };
}

function skippedSpecs(suites = []) {
  return suites.flatMap((suite) => [
    ...(suite.specs ?? []).filter((s) => s.tests.some((t) => t.status === 'skipped')).map((s) => s.title),
    ...skippedSpecs(suite.suites),
  ]);
}
