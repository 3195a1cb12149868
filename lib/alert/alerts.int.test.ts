import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlertRuleInput, type NotifierConnection } from '@/lib/contracts/alert';
import type { Actor } from '@/lib/contracts/auth';
import { writeSamples } from '@/lib/observe/series/write';
import type { Store } from '@/lib/store/client';
import { startTestStore } from '@/test/store';
import { acknowledgeAlert, listAlerts, muteAlert } from './alerts';
import { evaluateAlerts } from './evaluate';
import { tryRule } from './history';
import { deliverDue, retryAfterSeconds } from './notify/deliver';
import { addNotifier, deleteNotifier, listNotifiers, testNotifier } from './notify/notifiers';
import { addRule, deleteRule, listRules, muteRule, updateRule } from './rules';

const actor: Actor = { userId: null, name: 'ana', role: 'admin', via: 'session' };
let store: Store;
let stopStore: () => Promise<void>;
let targetId = 0;

/** What arrived over HTTP, and what the receiver answers. */
const received: { path: string; body: Record<string, unknown> }[] = [];
let status = 200;
const receiver = http.createServer((request, response) => {
  let text = '';
  request.on('data', (part) => {
    text += part;
  });
  request.on('end', () => {
    received.push({ path: request.url ?? '', body: JSON.parse(text) });
    response.writeHead(status).end();
  });
});
const mails: string[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    let text = '';
    stream.on('data', (part) => {
      text += part;
    });
    stream.on('end', () => {
      mails.push(text);
      done();
    });
  },
});
const portOf = (server: { address(): string | AddressInfo | null }) => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
};

/** A port that nothing listens on. */
const freePort = () =>
  new Promise<number>((resolve) => {
    const server = http.createServer().listen(0, '127.0.0.1', () => {
      const port = portOf(server);
      server.close(() => resolve(port));
    });
  });

beforeAll(async () => {
  ({ store, stop: stopStore } = await startTestStore());
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
  const stack = await store.db.stack.create({ data: { name: 'shop' } });
  const target = await store.db.target.create({
    data: { stackId: stack.id, kind: 'http', name: 'shop-api', address: 'x', sealedConnection: 'x' },
  });
  targetId = target.id;
});
afterAll(async () => {
  receiver.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await stopStore();
});
beforeEach(() => {
  received.length = 0;
  mails.length = 0;
  status = 200;
});

const hook = (path: string): NotifierConnection => ({
  kind: 'webhook',
  url: `http://127.0.0.1:${portOf(receiver)}${path}`,
});
const slow = (over: Partial<AlertRuleInput> = {}) =>
  AlertRuleInput.parse({
    name: 'Slow checkout',
    severity: 'high',
    metric: 'http.p95',
    comparison: 'above',
    threshold: 300,
    recover: 250,
    holdSeconds: 20,
    ...over,
  });

/** Writes a value for now and judges all rules at that moment. */
let now = Date.now();
async function measure(
  value: number,
  label = '/checkout',
  metric: 'http.p95' | 'docker.memory' = 'http.p95',
) {
  now += 10_000;
  await writeSamples(store, targetId, [{ metric, label, at: new Date(now), value }]);
  await evaluateAlerts(store, now);
}
const mine = async () => (await listAlerts(store, {})).alerts.filter((a) => a.rule === 'Slow checkout');

describe('alerts', () => {
  it('begin with the five default rules', async () => {
    const rules = await listRules(store);
    expect(rules.map((r) => [r.metric, r.per, r.comparison, r.threshold])).toEqual([
      ['redis.hit_ratio', null, 'below', 0.7],
      ['pg.connections', 'pg.connections_max', 'above', 0.9],
      ['docker.memory', 'docker.memory_limit', 'above', 0.8],
      ['http.errors', null, 'above', 0.01],
      ['http.p95', null, 'above', 200],
    ]);
    for (const rule of rules) expect(AlertRuleInput.safeParse(rule).success).toBe(true);
    for (const { id } of rules) await deleteRule(store, actor, id);
  });

  it('fire after the hold, are told once by every notifier, recover with hysteresis', async () => {
    const a = await addNotifier(store, actor, { name: 'ops', connection: hook('/ops') });
    const b = await addNotifier(store, actor, {
      name: 'chat',
      connection: { kind: 'slack', url: `http://127.0.0.1:${portOf(receiver)}/chat/secret` },
    });
    const c = await addNotifier(store, actor, {
      name: 'mail',
      connection: {
        kind: 'email',
        server: `smtp://127.0.0.1:${portOf(smtp.server)}`,
        from: 'r@example.org',
        to: 'ops@example.org',
      },
    });
    await addRule(store, actor, slow({ notifierIds: [a.id, b.id, c.id] }));
    await measure(310);
    expect(await mine()).toMatchObject([
      { state: 'pending', value: 310, label: '/checkout', target: 'shop-api' },
    ]);
    await measure(320);
    expect(await deliverDue(store, now)).toBe(0);
    await measure(330);
    expect(await mine()).toMatchObject([{ state: 'firing', value: 330 }]);
    await measure(340);
    expect(await deliverDue(store, Date.now() + 1_000)).toBe(3);
    expect(await deliverDue(store, Date.now() + 1_000)).toBe(0);
    expect(received.find((r) => r.path === '/ops')?.body).toMatchObject({
      event: 'fired',
      title: 'Firing: Slow checkout (shop-api /checkout)',
      text: 'Response time p95 of shop-api /checkout is 330 ms, above 300 ms for 20 s.',
      severity: 'high',
      value: 330,
      threshold: 300,
    });
    expect(received.find((r) => r.path === '/chat/secret')?.body.text).toContain('*Firing: Slow checkout');
    expect(mails[0]).toContain('Subject: [Ratchet] Firing: Slow checkout (shop-api /checkout)');
    await measure(260);
    expect((await mine())[0]?.state).toBe('firing');
    await measure(240);
    expect((await mine())[0]?.state).toBe('resolved');
    await deliverDue(store, Date.now() + 1_000);
    expect(received.at(-1)?.path === '/ops' || received.at(-2)?.path === '/ops').toBe(true);
    expect(received.map((r) => r.body.event).filter(Boolean)).toEqual(['fired', 'resolved']);
    const { events } = await listAlerts(store, { to: new Date(now) });
    expect(events.map((e) => e.to)).toEqual(['resolved', 'firing', 'pending']);
    expect(JSON.stringify(await listNotifiers(store))).not.toContain('secret');
  });

  it('can be acknowledged while firing, and are told nothing of while muted', async () => {
    const [alert] = await mine();
    if (!alert) throw new Error('the alert is gone');
    await expect(acknowledgeAlert(store, actor, alert.id)).rejects.toMatchObject({ code: 'conflict' });
    await muteAlert(store, actor, alert.id, { until: new Date(now + 3_600_000).toISOString() });
    for (const value of [400, 400, 400]) await measure(value);
    expect((await mine())[0]?.state).toBe('firing');
    expect(await deliverDue(store, Date.now() + 1_000)).toBe(0);
    expect((await acknowledgeAlert(store, actor, alert.id)).ackBy).toBe('ana');
    await measure(100);
    expect((await mine())[0]).toMatchObject({ state: 'resolved', ackBy: null });
    await muteAlert(store, actor, alert.id, { until: null });
    await muteRule(store, actor, alert.ruleId, { until: new Date(now + 3_600_000).toISOString() });
    for (const value of [400, 400, 400, 100]) await measure(value);
    expect(await deliverDue(store, Date.now() + 1_000)).toBe(0);
    await muteRule(store, actor, alert.ruleId, { until: null });
  });

  it('are sent again with growing pauses when the receiver fails, and given up in the end', async () => {
    status = 503;
    for (const value of [400, 400, 400]) await measure(value);
    let at = Date.now() + 1_000;
    const before = received.length;
    expect(await deliverDue(store, at)).toBe(1); // the mail
    expect(received.length - before).toBe(2);
    expect((await listNotifiers(store)).find((n) => n.name === 'ops')).toMatchObject({
      lastError: 'answered 503 Service Unavailable',
      waiting: 1,
    });
    for (const pause of retryAfterSeconds) {
      expect(await deliverDue(store, at + pause * 1000 - 1)).toBe(0);
      at += pause * 1000;
      const count = received.length;
      expect(await deliverDue(store, at)).toBe(0);
      expect(received.length - count).toBe(2);
    }
    expect((await listNotifiers(store)).map((n) => n.waiting)).toEqual([0, 0, 0]);
  });

  it('divide series by series, and have no value where there is no limit', async () => {
    await addRule(
      store,
      actor,
      slow({
        name: 'Memory',
        metric: 'docker.memory',
        per: 'docker.memory_limit',
        threshold: 0.8,
        recover: null,
        holdSeconds: 0,
      }),
    );
    now += 10_000;
    const at = new Date(now);
    await writeSamples(store, targetId, [
      { metric: 'docker.memory', label: 'web', at, value: 90e6 },
      { metric: 'docker.memory_limit', label: 'web', at, value: 100e6 },
      { metric: 'docker.memory', label: 'free', at, value: 900e6 },
      { metric: 'docker.memory_limit', label: 'free', at, value: 0 },
    ]);
    await evaluateAlerts(store, now);
    const found = (await listAlerts(store, {})).alerts.filter((a) => a.rule === 'Memory');
    expect(found).toMatchObject([{ label: 'web', state: 'firing', value: 0.9 }]);
  });

  it('turn to no-data, and do not fire for a paused target', async () => {
    const [rule] = (await listRules(store)).filter((r) => r.name === 'Slow checkout');
    if (!rule) throw new Error('the rule is gone');
    await updateRule(store, actor, rule.id, slow({ noDataSeconds: 120 }));
    expect(await mine()).toEqual([]);
    await measure(100);
    await evaluateAlerts(store, now + 119_000);
    expect((await mine())[0]?.state).toBe('ok');
    await store.db.target.update({ where: { id: targetId }, data: { paused: true } });
    await evaluateAlerts(store, now + 121_000);
    expect((await mine())[0]?.state).toBe('ok');
    await store.db.target.update({ where: { id: targetId }, data: { paused: false } });
    await evaluateAlerts(store, now + 122_000);
    expect((await mine())[0]?.state).toBe('no-data');
  });

  it('are tried against history before they are saved', async () => {
    // On a border of the five-minute means, so that each value fills one of them.
    const start = Math.floor((now - 3_600_000) / 300_000) * 300_000;
    const values = [100, 100, 500, 500, 500, 500, 100, 100];
    await writeSamples(
      store,
      targetId,
      values.flatMap((value, minute) =>
        [0, 15, 30, 45].map((s) => ({
          metric: 'http.p95' as const,
          label: '/search',
          at: new Date(start + minute * 300_000 + s * 1000),
          value,
        })),
      ),
    );
    const tried = await tryRule(store, slow({ holdSeconds: 0 }), now);
    const search = tried.series.find((s) => s.label === '/search');
    expect(search?.values).toBe(values.length);
    expect(search?.fired).toHaveLength(1);
    expect(search?.fired[0]).toMatchObject({ worst: 500 });
    expect(
      (await tryRule(store, slow({ threshold: 600, recover: null }), now)).series.flatMap((s) => s.fired),
    ).toEqual([]);
  });

  it('refuse what cannot be', async () => {
    const conflict = addRule(store, actor, slow());
    await expect(conflict).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    const unknown = addRule(store, actor, slow({ name: 'x', target: 'nowhere' }));
    await expect(unknown).rejects.toMatchObject({ code: 'bad-input', field: 'target' });
    expect(AlertRuleInput.safeParse({ ...slow(), recover: 301 }).success).toBe(false);
    const { id } = await addNotifier(store, actor, {
      name: 'gone',
      connection: { kind: 'webhook', url: `http://127.0.0.1:${await freePort()}/secret-path` },
    });
    const failed = testNotifier(store, actor, id, 'http://x');
    await expect(failed).rejects.toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining('secret-path') });
    await deleteNotifier(store, actor, id);
    await expect(deleteNotifier(store, actor, id)).rejects.toMatchObject({ code: 'not-found' });
  });
});
