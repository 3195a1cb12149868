// What must be true before any TypeScript of ours can run: a fitting Node, installed packages, a
// generated Prisma client. Only node builtins here: it runs before `npm install`.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const at = (...parts) => path.join(root, ...parts);

/** A failure whose message is all that a person needs. */
export class Stop extends Error {}

/** Fails when this Node is older than `engines.node` of package.json. */
export function checkNode(version = process.versions.node) {
  const wanted = JSON.parse(fs.readFileSync(at('package.json'), 'utf8')).engines.node.replace(/[^\d.]/g, '');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = wanted.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Stop(
    `Node ${version} is too old: Ratchet needs Node ${wanted} or newer. See https://nodejs.org/en/download.`,
  );
}

/** sha256 over the names and contents of files and folders, in a fixed order. */
export function hashOf(paths, keep = () => true) {
  const hash = crypto.createHash('sha256');
  const visit = (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of fs.readdirSync(file).sort()) visit(path.join(file, name));
    else if (keep(file)) hash.update(`${path.relative(root, file)}\0`).update(fs.readFileSync(file));
  };
  for (const p of paths) visit(at(p));
  return hash.digest('hex');
}

const readStamp = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '');

const running = new Set();

/** Ends the programs that `run` has started and that are still there. */
export function stopRunning() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a program to its end. Its output goes to `onLine` line by line; on failure the last lines are in the
 * error. The child shares our terminal's Ctrl-C.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, onLine?: (line: string) => void, cwd?: string, what?: string }} options
 * @returns {Promise<void>}
 */
export function run(command, args, { env = {}, onLine = () => {}, cwd = root, what = command } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    const tail = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8');
      stream.on('data', (text) => {
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines) {
          tail.push(line);
          if (tail.length > 30) tail.shift();
          onLine(line);
        }
      });
      stream.on('end', () => rest && tail.push(rest));
    }
    child.once('error', (error) => reject(new Stop(`${what} could not be started: ${error.message}`)));
    child.once('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Stop(`${what} failed (${signal ?? `exit code ${code}`}):\n${tail.join('\n').trim()}`)),
    );
  });
}

/** Says every few seconds that a long step is still going. Returns the function that ends it. */
export function heartbeat(say, text) {
  const since = Date.now();
  const timer = setInterval(() => say(`  ${text} … ${Math.round((Date.now() - since) / 1000)} s`), 10_000);
  return () => clearInterval(timer);
}

export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** True when node_modules holds what package-lock.json asks for. */
export function installed() {
  const lock = at('package-lock.json');
  const stamp = at('node_modules/.ratchet-lock');
  if (!fs.existsSync(at('node_modules/.package-lock.json'))) return false;
  if (readStamp(stamp) === hashOf(['package-lock.json'])) return true;
  // Installed by hand (`npm install`): npm writes its own copy of the lock; equal package lists will do.
  const pick = (file) => JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? {};
  const have = pick(at('node_modules/.package-lock.json'));
  const same = Object.entries(pick(lock)).every(
    ([name, p]) => name === '' || p.optional || have[name]?.version === p.version,
  );
  if (same) fs.writeFileSync(stamp, hashOf(['package-lock.json']));
  return same;
}

/** `npm ci` when the packages are missing or are not those of the lock. */
export async function ensureInstalled(say) {
  if (installed()) return;
  const since = Date.now();
  say('… packages  installing with npm ci');
  const done = heartbeat(say, 'installing');
  try {
    // Development packages too: TypeScript types are needed by the build, and `npm test` follows often.
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    await run(npm, ['ci', '--include=dev', '--no-audit', '--no-fund'], { what: 'npm ci' });
  } finally {
    done();
  }
  fs.writeFileSync(at('node_modules/.ratchet-lock'), hashOf(['package-lock.json']));
  say(`✓ packages  installed, ${seconds(since)}`);
}

/** Generates the Prisma client when the schema, or Prisma, is newer than it. */
export async function ensureGenerated(say) {
  const stamp = at('prisma/generated/.schema-hash');
  const wanted = hashOf(['prisma/schema.prisma', 'node_modules/prisma/package.json']);
  if (readStamp(stamp) === wanted && fs.existsSync(at('prisma/generated/client.ts'))) return;
  const since = Date.now();
  // Generating needs no schema engine; naming a program that exists keeps Prisma from downloading one.
  await run(process.execPath, [at('node_modules/prisma/build/index.js'), 'generate'], {
    env: {
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
    what: 'prisma generate',
  });
  fs.writeFileSync(stamp, wanted);
  say(`✓ client    Prisma client generated, ${seconds(since)}`);
}

/**
 * Next writes next-env.d.ts at its build and points it at types it made there. Before the first build, TypeScript
 * needs a plain one.
 */
function ensureNextTypes() {
  const file = at('next-env.d.ts');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const made = /import "(\.\/\.next[^"]*)"/.exec(text)?.[1];
  if (text !== '' && (made === undefined || fs.existsSync(at(made)))) return;
  fs.writeFileSync(
    file,
    '/// <reference types="next" />\n/// <reference types="next/image-types/global" />\n',
  );
}

/** What both builds are made of, and what each alone. */
const common = ['lib', 'prisma/schema.prisma', 'tsconfig.json', 'package-lock.json'];
const ofPages = [
  'app',
  'components',
  'public',
  'instrumentation.ts',
  'next.config.mjs',
  'postcss.config.mjs',
];
const ofPrograms = ['bin'];

const stampOf = (sources) =>
  JSON.stringify({ sources: hashOf([...common, ...sources], (file) => !/\.test\.tsx?$/.test(file)) });

/** Builds the pages, and the programs that run beside them, where a source is newer. */
export async function ensureBuilt(say) {
  await ensurePages(say);
  await ensurePrograms(say);
}

async function ensurePrograms(say) {
  const stamp = at('dist/.sources');
  const wanted = stampOf(ofPrograms);
  if (readStamp(stamp) === wanted) return;
  const since = Date.now();
  const { bundle } = await import('./bundle.mjs');
  await bundle(root);
  fs.writeFileSync(stamp, wanted);
  say(`✓ build     the worker is built, ${seconds(since)}`);
}

async function ensurePages(say) {
  const stamp = at('.next/ratchet-build.json');
  const wanted = stampOf(ofPages);
  if (readStamp(stamp) === wanted && fs.existsSync(at('.next/BUILD_ID'))) return;
  const since = Date.now();
  say('… build     next build');
  const done = heartbeat(say, 'building');
  try {
    await run(process.execPath, [at('node_modules/next/dist/bin/next'), 'build'], {
      env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
      what: 'next build',
    });
  } finally {
    done();
  }
  fs.writeFileSync(stamp, wanted);
  say(`✓ build     the pages are built, ${seconds(since)}`);
}

/** Node, packages, Prisma client. */
export async function ensure(say = console.log) {
  checkNode();
  await ensureInstalled(say);
  await ensureGenerated(say);
  ensureNextTypes();
}
