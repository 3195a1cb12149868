// A light, steady load on the demo API, as people using it would make. Open model: requests are sent when they
// are due, whether or not the ones before were answered. Only built-in modules, so that it also runs in a bare
// container. Environment: DEMO_API (base URL), DEMO_USERS, DEMO_SESSIONS (rows), DEMO_RATE (requests per second).
import http from 'node:http';
import { emailOf, isLasting, tokenOf } from '../schema/identities.mjs';

const base = new URL(process.env.DEMO_API ?? '');
const users = Number(process.env.DEMO_USERS);
const sessions = Number(process.env.DEMO_SESSIONS);
const rate = Number(process.env.DEMO_RATE ?? 2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 20 });

// Deterministic draws (xorshift32), different in each process.
let state = (Number(process.env.DEMO_SEED ?? 1) * 2654435761) >>> 0 || 1;
const draw = () => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) / 2 ** 32;
};
/** Few users make most of the traffic. */
const someUser = () => 1 + Math.floor(draw() ** 2.2 * users);
/** Recent sessions are used most. */
const someSession = () => {
  for (;;) {
    const i = sessions - Math.floor((draw() ** 3 * sessions) / 2);
    if (isLasting(i)) return i;
  }
};

function next() {
  const which = draw();
  const headers = { authorization: `Bearer ${tokenOf(someSession())}` };
  const email = emailOf(someUser());
  if (which < 0.45)
    return { method: 'GET', path: `/api/v1/models/?email=${encodeURIComponent(email)}`, headers };
  if (which < 0.9)
    return {
      method: 'POST',
      path: '/api/v1/chat/',
      headers,
      body: JSON.stringify({ email, message: 'What is next?' }),
    };
  // What watches a service reads both all the time.
  return { method: 'GET', path: which < 0.95 ? '/metrics' : '/health', headers: {} };
}

/** In a container nobody tells it that the demo was killed: with no answer for this long it ends, ms. */
const giveUpAfter = Number(process.env.DEMO_GIVE_UP_MS ?? 300_000);
let lastAnswer = Date.now();
let failures = 0;
function send() {
  if (Date.now() - lastAnswer > giveUpAfter) {
    console.error(`no answer from ${base.origin} for ${giveUpAfter / 1000} s; ending`);
    process.exit(1);
  }
  const { method, path, headers, body } = next();
  const request = http.request(
    new URL(path, base),
    { method, headers, agent, timeout: 30_000 },
    (response) => {
      lastAnswer = Date.now();
      response.resume();
      response.once('end', () => {
        if (response.statusCode >= 400) failed(`${method} ${path}: ${response.statusCode}`);
      });
    },
  );
  request.once('timeout', () => request.destroy(new Error('no answer in 30 s')));
  request.once('error', (error) => failed(error.message));
  request.end(body);
}

/** The first failures are said, then one in a hundred: a log, not a flood. */
function failed(why) {
  failures += 1;
  if (failures <= 5 || failures % 100 === 0) console.error(`${failures} failed, last: ${why}`);
}

const timer = setInterval(send, 1000 / rate);
const end = () => {
  clearInterval(timer);
  process.exit(0);
};
process.once('SIGTERM', end);
process.once('SIGINT', end);
// As a child of the supervisor: ends when it is gone.
process.once('disconnect', end);
process.send?.('ready');
