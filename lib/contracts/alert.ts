import { z } from 'zod';
import { Severity } from './finding';
import { MetricName } from './metrics';

export const Comparison = z.enum(['above', 'below']);
export type Comparison = z.infer<typeof Comparison>;

/**
 * ok: within its bound. pending: beyond it, not long enough yet. firing. resolved: was firing, is within again.
 * no-data: nothing was measured for as long as the rule allows.
 */
export const AlertState = z.enum(['ok', 'pending', 'firing', 'resolved', 'no-data']);
export type AlertState = z.infer<typeof AlertState>;

/** When an alert fires, and when it has recovered. */
export const AlertCondition = z.object({
  metric: MetricName,
  /** Divides the metric, series by series: memory per memory limit. */
  per: MetricName.nullable().default(null),
  comparison: Comparison,
  /** In the metric's unit; a share (0.8 for 80 %) where it is divided. */
  threshold: z.number(),
  /** Hysteresis: it has recovered only on this side of the bound. The threshold itself by default. */
  recover: z.number().nullable().default(null),
  /** It must hold this long before it fires, s. */
  holdSeconds: z.number().int().min(0).max(86_400),
  /** No sample for so long makes the state no-data; null: never, the last state stays. */
  noDataSeconds: z.number().int().min(60).max(86_400).nullable().default(null),
});
export type AlertCondition = z.infer<typeof AlertCondition>;

const sound = (c: AlertCondition): boolean =>
  c.recover === null || (c.comparison === 'above' ? c.recover <= c.threshold : c.recover >= c.threshold);
const unsound = {
  path: ['recover'],
  message: 'the recovery bound lies beyond the threshold; put it on the good side',
};

export const AlertRuleInput = AlertCondition.extend({
  name: z.string().trim().min(1, 'give it a name').max(80),
  severity: Severity,
  enabled: z.boolean().default(true),
  /** Only this stack, or all. */
  stack: z.string().nullable().default(null),
  /** Only the target of this name, or all that have the metric. */
  target: z.string().nullable().default(null),
  notifierIds: z.array(z.number().int()).max(20).default([]),
}).refine(sound, unsound);
export type AlertRuleInput = z.infer<typeof AlertRuleInput>;

export const AlertRuleView = z.object({
  ...AlertRuleInput.shape,
  id: z.number().int(),
  mutedUntil: z.iso.datetime().nullable(),
  mutedBy: z.string().nullable(),
});
export type AlertRuleView = z.infer<typeof AlertRuleView>;

/** One rule on one series. */
export const AlertView = z.object({
  id: z.number().int(),
  ruleId: z.number().int(),
  rule: z.string(),
  severity: Severity,
  stack: z.string(),
  target: z.string(),
  /** Container or endpoint; empty where the metric has none. */
  label: z.string(),
  metric: MetricName,
  per: MetricName.nullable(),
  comparison: Comparison,
  threshold: z.number(),
  state: AlertState,
  since: z.iso.datetime(),
  /** Last measured value; null before the first. */
  value: z.number().nullable(),
  ackBy: z.string().nullable(),
  ackAt: z.iso.datetime().nullable(),
  mutedUntil: z.iso.datetime().nullable(),
});
export type AlertView = z.infer<typeof AlertView>;

export const AlertEventView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  rule: z.string(),
  severity: Severity,
  stack: z.string(),
  target: z.string(),
  label: z.string(),
  from: AlertState,
  to: AlertState,
  value: z.number().nullable(),
  metric: MetricName,
  per: MetricName.nullable(),
});
export type AlertEventView = z.infer<typeof AlertEventView>;

export const AlertsQuery = z.object({
  stack: z.string().optional(),
  from: z.coerce.date().optional(),
  to: z.coerce.date().optional(),
});
export const Alerts = z.object({ alerts: z.array(AlertView), events: z.array(AlertEventView) });
export type Alerts = z.infer<typeof Alerts>;

export const MuteAlertInput = z.object({
  /** End of the silence; null ends it now. */
  until: z.iso.datetime().nullable(),
});

/** What a rule would have done on the history that is kept. */
export const Replay = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** One value stands for so many seconds. */
  step: z.number(),
  series: z.array(
    z.object({
      target: z.string(),
      label: z.string(),
      /** Values looked at; 0 where nothing was measured. */
      values: z.number().int(),
      fired: z.array(
        z.object({ at: z.iso.datetime(), until: z.iso.datetime().nullable(), worst: z.number() }),
      ),
    }),
  ),
});
export type Replay = z.infer<typeof Replay>;

export const NotifierKind = z.enum(['webhook', 'slack', 'email']);
export type NotifierKind = z.infer<typeof NotifierKind>;

const httpUrl = z.url({ protocol: /^https?$/, error: 'give an http:// or https:// address' });
const mail = z.email('give an e-mail address');

/** Where messages go; holds secrets, is kept sealed and never shown again. */
export const NotifierConnection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('webhook'), url: httpUrl }),
  z.object({ kind: z.literal('slack'), url: httpUrl }),
  z.object({
    kind: z.literal('email'),
    /** smtp://user:password@host:port, or smtps:// */
    server: z.url({ protocol: /^smtps?$/, error: 'give smtp://user:password@host:port or smtps://…' }),
    from: mail,
    to: mail,
  }),
]);
export type NotifierConnection = z.infer<typeof NotifierConnection>;

export const NotifierInput = z.object({
  name: z.string().trim().min(1, 'give it a name').max(60),
  connection: NotifierConnection,
});
export type NotifierInput = z.infer<typeof NotifierInput>;

export const NotifierView = z.object({
  id: z.number().int(),
  name: z.string(),
  kind: NotifierKind,
  /** Host or mailbox, without anything secret. */
  address: z.string(),
  lastSentAt: z.iso.datetime().nullable(),
  lastError: z.string().nullable(),
  waiting: z.number().int(),
});
export type NotifierView = z.infer<typeof NotifierView>;

/** What is sent, the same for every kind; a webhook gets it as JSON. */
export const AlertMessage = z.object({
  /** Of an alert `fired`, `resolved` or `no-data`; `report` for a weekly report; `test`. */
  event: z.enum(['fired', 'resolved', 'no-data', 'report', 'test']),
  title: z.string(),
  text: z.string(),
  at: z.iso.datetime(),
  severity: Severity,
  stack: z.string(),
  target: z.string(),
  label: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  url: z.string(),
});
export type AlertMessage = z.infer<typeof AlertMessage>;
