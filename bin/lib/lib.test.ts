import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkNode, run } from './ensure.mjs';
import { failedFiles, playwrightResult, vitestResult } from './results.mjs';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-results-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

const write = (value: unknown) => {
  const file = path.join(dir, 'report.json');
  fs.writeFileSync(file, JSON.stringify(value));
  return file;
};

describe('vitestResult', () => {
  const test = (status: string) => ({ status, fullName: `a ${status} test` });

  it('counts tests, and a file that could not be loaded as one failure', () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      testResults: [
        {
          status: 'failed',
          assertionResults: [test('passed'), test('failed'), test('passed'), test('skipped')],
        },
        { status: 'failed', assertionResults: [] },
      ],
    };
    expect(vitestResult(write(report), 1)).toEqual({
      passed: 2,
      failed: 2,
      skipped: ['a skipped test'],
      flaky: [],
    });
  });

  it('takes files that ran again as they ended there, and names what passed only then', () => {
    const named = (status: string, fullName: string) => ({ status, fullName });
    const first = write({
      testResults: [
        { name: 'sound', status: 'passed', assertionResults: [named('passed', 'a')] },
        { name: 'shaky', status: 'failed', assertionResults: [named('failed', 'b'), named('passed', 'c')] },
        { name: 'unloaded', status: 'failed', assertionResults: [] },
        { name: 'wrong', status: 'failed', assertionResults: [named('failed', 'd')] },
      ],
    });
    expect(failedFiles(first)).toEqual(['shaky', 'unloaded', 'wrong']);
    const file = path.join(dir, 'again.json');
    const second = {
      testResults: [
        { name: 'shaky', status: 'passed', assertionResults: [named('passed', 'b'), named('passed', 'c')] },
        { name: 'unloaded', status: 'passed', assertionResults: [named('passed', 'e')] },
        { name: 'wrong', status: 'failed', assertionResults: [named('failed', 'd')] },
      ],
    };
    fs.writeFileSync(file, JSON.stringify(second));
    expect(vitestResult(first, 1, { file, exitCode: 1 })).toEqual({
      passed: 4,
      failed: 1,
      skipped: [],
      flaky: ['b', 'unloaded'],
    });
    expect(vitestResult(first, 1)).toMatchObject({ passed: 2, failed: 3 });
    // A second run that wrote nothing changes nothing.
    expect(vitestResult(first, 1, { file: path.join(dir, 'none'), exitCode: 1 })).toMatchObject({
      failed: 3,
    });
  });

  it('takes a bad exit code for a failure, and a missing report too', () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      testResults: [{ status: 'passed', assertionResults: [test('passed')] }],
    };
    expect(vitestResult(write(report), 0)).toMatchObject({ passed: 1, failed: 0 });
    expect(vitestResult(write(report), 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(vitestResult(path.join(dir, 'none'), 0)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('playwrightResult', () => {
  it('counts, with skipped tests and those that passed only when tried again by name', () => {
    const specs = [
      { title: 'prove', tests: [{ status: 'skipped' }] },
      { title: 'reach', tests: [{ status: 'flaky' }] },
    ];
    const suites = [{ specs, suites: [{ specs: [] }] }];
    const report = { stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 1 }, errors: [], suites };
    expect(playwrightResult(write(report), 1)).toEqual({
      passed: 6,
      failed: 1,
      skipped: ['prove'],
      flaky: ['reach'],
    });
    const broken = { stats: { expected: 0, unexpected: 0 }, errors: [{ message: 'config' }], suites: [] };
    expect(playwrightResult(write(broken), 1)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('checkNode', () => {
  it('wants what package.json wants', () => {
    expect(() => checkNode('20.19.0')).not.toThrow();
    expect(() => checkNode('24.1.0')).not.toThrow();
    expect(() => checkNode('20.18.3')).toThrow(/20\.18\.3 is too old.*20\.19/);
    expect(() => checkNode('18.20.0')).toThrow(/too old/);
  });
});

describe('run', () => {
  it('hands lines on, and fails with the end of the output', async () => {
    const lines: string[] = [];
    await run(process.execPath, ['-e', 'console.log("one\\ntwo")'], {
      onLine: (line: string) => lines.push(line),
    });
    expect(lines).toEqual(['one', 'two']);
    const failing = run(process.execPath, ['-e', 'console.error("it broke"); process.exit(4)'], {
      what: 'the step',
    });
    await expect(failing).rejects.toThrow('the step failed (exit code 4):\nit broke');
    await expect(run('/no/such/program', [], { what: 'the step' })).rejects.toThrow(/could not be started/);
  });
});
