// `npm test`: installs what the tests need, runs all of them, and ends with one line: `N passed, N failed`.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { check } from './check.mjs';
import { ensure, ensureBuilt, root, Stop, stopRunning } from './lib/ensure.mjs';
import { failedFiles, playwrightResult, vitestResult } from './lib/results.mjs';

const ci = ['1', 'true'].includes(process.env.CI ?? '');
const total = { passed: 0, failed: 0, skipped: [], flaky: [] };
const add = ({ passed, failed, skipped = [], flaky = [] }) => {
  total.passed += passed;
  total.failed += failed;
  total.skipped.push(...skipped);
  total.flaky.push(...flaky);
};

let child = null;
let needs = { env: {}, missing: [], stop: async () => {} };
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    interrupted = true;
    stopRunning();
    child?.kill(signal);
  });
}

/** Runs a test runner with its output on ours; resolves with its exit code. */
function runner(args, env = {}) {
  if (interrupted) return Promise.resolve(130);
  return new Promise((resolve, reject) => {
    child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...needs.env, ...env },
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

const at = (...parts) => path.join(root, ...parts);
const title = (text) => console.log(`\n── ${text}`);
const out = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-test-'));

/** More failed files than this are no accident, and are not tried again. */
const mostTriedAgain = 4;

/**
 * Runs the tests of a project. Where `twice` is set, the few files that failed run once more, alone and from their
 * set-up on: what passes only then is named at the end of the run.
 */
async function vitest(project, what, { twice = false } = {}) {
  title(what);
  const run = async (file, ...more) => {
    const args = ['run', '--project', project, '--reporter=default', '--reporter=json'];
    args.push(`--outputFile.json=${file}`, ...more);
    return { file, exitCode: await runner([at('node_modules/vitest/vitest.mjs'), ...args]) };
  };
  const first = await run(path.join(out, `${project}.json`));
  const failed = twice && !interrupted ? failedFiles(first.file) : [];
  if (failed.length === 0 || failed.length > mostTriedAgain)
    return add(vitestResult(first.file, first.exitCode));
  title(`Once more, alone: ${failed.map((f) => path.relative(root, f)).join(', ')}`);
  const again = await run(path.join(out, `${project}-again.json`), '--maxWorkers=1', ...failed);
  add(vitestResult(first.file, first.exitCode, again));
}

async function pages() {
  title('Pages');
  if (!fs.existsSync(at('playwright.config.ts'))) throw new Stop('playwright.config.ts is missing');
  if (needs.missing.includes('chromium')) return;
  const file = path.join(out, 'pages.json');
  const code = await runner([at('node_modules/@playwright/test/cli.js'), 'test', '--reporter=list,json'], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: file,
  });
  add(playwrightResult(file, code));
}

/** One part of the run: what it throws is a failure, and the others still run. */
async function part(work) {
  if (interrupted) return;
  try {
    await work();
  } catch (error) {
    add({ passed: 0, failed: 1 });
    console.error(`✗ ${error instanceof Stop ? error.message : (error?.stack ?? error)}`);
  }
}

try {
  await ensure(console.log);
  const { register } = await import('tsx/esm/api');
  process.chdir(root);
  register();
  const { prepareNeeds } = await import('./lib/needs.mjs');
  title('What the tests need');
  await part(async () => {
    needs = await prepareNeeds(console.log);
    for (const name of ci ? needs.missing : []) {
      add({ passed: 0, failed: 1 });
      console.error(`✗ ${name} is missing, and CI is set`);
    }
  });
  // Side by side: neither alone keeps two cores busy.
  await Promise.all([
    part(async () => add(await check(console.log))),
    part(() => vitest('unit', 'Checks and unit tests')),
  ]);
  title('Build');
  await part(() => ensureBuilt(console.log));
  await part(() => vitest('int', 'Tests with real services', { twice: true }));
  await part(pages);
} catch (error) {
  total.failed += 1;
  console.error(`✗ ${error instanceof Stop ? error.message : (error?.stack ?? error)}`);
} finally {
  await needs.stop();
  fs.rmSync(out, { recursive: true, force: true });
}

if (interrupted) {
  console.error('Interrupted.');
  total.failed += 1;
}
if (total.skipped.length > 0 || needs.missing.length > 0) {
  title('Not run');
  if (needs.missing.length > 0) console.log(`Missing on this machine: ${needs.missing.join(', ')}`);
  for (const name of total.skipped) console.log(`  ${name}`);
}
if (total.flaky.length > 0) {
  title('Passed only when tried again: each is a defect, of the test or of what it tests');
  for (const name of total.flaky) console.log(`  ${name}`);
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
