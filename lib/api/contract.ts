import { z } from 'zod';
import * as answers from '@/lib/client/answers';
import { AlertRuleInput, AlertsQuery, MuteAlertInput, NotifierInput } from '@/lib/contracts/alert';
import {
  AddTargetInput,
  ApplyInput,
  CreateTokenInput,
  CreateUserInput,
  EditTargetInput,
  MuteInput,
  PauseInput,
  ProveInput,
  RollbackInput,
  SignInInput,
  StackQuery,
  StartPassInput,
  TestTargetInput,
} from '@/lib/contracts/api';
import type { Role } from '@/lib/contracts/auth';
import { ConfigFileQuery, ConfigurationQuery } from '@/lib/contracts/configuration';
import { FindingsQuery } from '@/lib/contracts/finding';
import { Health } from '@/lib/contracts/health';
import { KnobInput } from '@/lib/contracts/knobs';
import { CompareLoadQuery, ImportLoadQuery, LoadExportQuery } from '@/lib/contracts/load-analysis';
import { CreateLoadTestInput, LoadTestsQuery } from '@/lib/contracts/load-api';
import { LoadFileQuery } from '@/lib/contracts/load-source';
import { MarksQuery } from '@/lib/contracts/marks';
import { SeriesQuery } from '@/lib/contracts/metrics';
import { ObserveQuery } from '@/lib/contracts/observe';
import { PlanQuery } from '@/lib/contracts/plan';
import { MarkRecommendationInput, RecommendationsQuery } from '@/lib/contracts/recommendation';
import { DownloadQuery, ReportQuery } from '@/lib/contracts/report';
import { BaselineInput, CompareReportsQuery } from '@/lib/contracts/report-comparison';
import { CreateReportInput } from '@/lib/contracts/report-create';
import { ScheduleInput, SendReportInput } from '@/lib/contracts/report-schedule';
import { ShareInput } from '@/lib/contracts/share';
import { WarmingInput } from '@/lib/contracts/warming';

/** One call of the API: what it is for, who may, what it takes, what it answers. */
export interface Operation {
  summary: string;
  /** Least role; null: needs no sign-in. */
  role: Role | null;
  query?: z.ZodType;
  body?: z.ZodType;
  /** A schema of the JSON it answers; `events` for server-sent events, `file` for a download. */
  answer: z.ZodType | 'events' | 'file';
}

const done = z.unknown();

/**
 * Every call of the API, by method and path below /api/v1. The OpenAPI document is made from this, and a test holds
 * it to the route handlers: none missing, none too many, the same schemas and roles.
 */
export const operations: Record<string, Operation> = {
  'GET /health': { summary: 'Whether Ratchet and its targets answer', role: null, answer: Health },
  'GET /openapi.json': { summary: 'This document', role: null, answer: done },
  'POST /sign-in': {
    summary: 'Turns a one-time link into a session',
    role: null,
    body: SignInInput,
    answer: done,
  },
  'POST /sign-out': { summary: 'Ends the session', role: 'viewer', answer: done },
  'GET /me': { summary: 'Who asks', role: 'viewer', answer: answers.Me },

  'GET /stacks': { summary: 'Names of all stacks', role: 'viewer', answer: answers.Stacks },
  'GET /overview': {
    summary: 'Tiles, findings and gains of a stack',
    role: 'viewer',
    query: StackQuery,
    answer: answers.Overview,
  },
  'GET /series': {
    summary: 'A metric in time',
    role: 'viewer',
    query: SeriesQuery,
    answer: answers.Series,
  },
  'GET /marks': {
    summary: 'What happened to a stack in time',
    role: 'viewer',
    query: MarksQuery,
    answer: answers.Marks,
  },

  ...Object.fromEntries(
    (
      [
        ['database/statements', 'Statements of a database with what they cost', answers.Statements],
        ['database/tables', 'Tables of a database', answers.Tables],
        ['database/indexes', 'Indexes of a database', answers.Indexes],
        ['database/settings', 'Settings that differ from the default', answers.Settings],
        ['database/activity', 'Sessions and locks, read now', answers.Activity],
        ['database/server', 'Checkpoints, WAL and replication, read now', answers.Server],
        ['cache', 'What a Redis server tells of itself', answers.Cache],
        ['cache/sample', 'Memory by key prefix, sampled now', answers.MemorySample],
        ['containers', 'Containers of a Docker engine', answers.Containers],
        ['services', 'Endpoints of an HTTP service', answers.Service],
      ] as const
    ).map(([path, summary, answer]): [string, Operation] => [
      `GET /${path}`,
      { summary, role: 'viewer', query: ObserveQuery, answer },
    ]),
  ),
  'GET /database/plan': {
    summary: 'Generic plan of a statement, made now',
    role: 'viewer',
    query: PlanQuery,
    answer: answers.Plan,
  },

  'GET /targets': { summary: 'All targets', role: 'viewer', query: StackQuery, answer: answers.Targets },
  'POST /targets': { summary: 'Adds a target', role: 'admin', body: AddTargetInput, answer: answers.Added },
  'POST /targets/test': {
    summary: 'Tries a connection and says what it can do',
    role: 'admin',
    body: TestTargetInput,
    answer: answers.Capabilities,
  },
  'GET /targets/{id}': {
    summary: 'A target with its options, without its secrets',
    role: 'admin',
    answer: answers.Target,
  },
  'PATCH /targets/{id}': {
    summary: 'Changes name, address, credentials or options of a target; what is left out stays',
    role: 'admin',
    body: EditTargetInput,
    answer: done,
  },
  'POST /targets/{id}/test': {
    summary: 'Tries a target as it would be after an edit',
    role: 'admin',
    body: EditTargetInput,
    answer: answers.Capabilities,
  },
  'DELETE /targets/{id}': { summary: 'Removes a target', role: 'admin', answer: done },
  'POST /targets/{id}/pause': {
    summary: 'Pauses or goes on observing',
    role: 'admin',
    body: PauseInput,
    answer: done,
  },

  'GET /findings': { summary: 'Findings', role: 'viewer', query: FindingsQuery, answer: answers.Findings },
  'GET /cannot-check': {
    summary: 'What the newest diagnosis could not check, and what would let it',
    role: 'viewer',
    query: StackQuery,
    answer: answers.CannotChecks,
  },
  'POST /findings/{id}/mute': {
    summary: 'Mutes a finding with a reason',
    role: 'operator',
    body: MuteInput,
    answer: done,
  },
  'POST /findings/{id}/unmute': { summary: 'Opens a muted finding', role: 'operator', answer: done },

  'GET /changes': { summary: 'Changes', role: 'viewer', query: StackQuery, answer: answers.Changes },
  'GET /changes/{id}': {
    summary: 'A change with its journal',
    role: 'viewer',
    answer: answers.ChangeDetail,
  },
  'POST /changes/{id}/apply': {
    summary: 'Applies a change without a trial; one that restarts the server only with restart: true',
    role: 'operator',
    body: ApplyInput,
    answer: answers.JobStarted,
  },
  'POST /changes/{id}/rollback': {
    summary: 'Undoes a change by its inverse; one that restarts the server only with restart: true',
    role: 'operator',
    body: RollbackInput,
    answer: answers.JobStarted,
  },
  'POST /changes/{id}/prove': {
    summary: 'Starts a trial of a change',
    role: 'operator',
    body: ProveInput,
    answer: answers.TrialStarted,
  },

  'POST /knobs': {
    summary: 'Plans another value of a knob of a service, as a change to look over, try and apply',
    role: 'operator',
    body: KnobInput,
    answer: answers.KnobPlanned,
  },
  'POST /warmings': {
    summary: 'Plans to warm routes of a service or keys of Redis, as a change to look over and apply',
    role: 'operator',
    body: WarmingInput,
    answer: answers.WarmingPlanned,
  },

  'GET /configuration': {
    summary: 'Configuration files of a stack, as a difference to what runs',
    role: 'viewer',
    query: ConfigurationQuery,
    answer: answers.Configuration,
  },
  'GET /configuration/file': {
    summary: 'One of these files, or the inverse of one',
    role: 'viewer',
    query: ConfigFileQuery,
    answer: 'file',
  },

  'GET /recommendations': {
    summary: 'Work for people that findings and measurements ask for',
    role: 'viewer',
    query: RecommendationsQuery,
    answer: answers.Recommendations,
  },
  'POST /recommendations/mark': {
    summary: 'Says that a recommendation is planned, done or open again',
    role: 'operator',
    body: MarkRecommendationInput,
    answer: done,
  },

  'GET /trials': { summary: 'Trials', role: 'viewer', query: StackQuery, answer: answers.Trials },
  'GET /trials/{id}': { summary: 'A trial with its rounds', role: 'viewer', answer: answers.TrialDetail },
  'GET /trials/{id}/events': { summary: 'A running trial as it goes', role: 'viewer', answer: 'events' },
  'GET /trials/{id}/record': { summary: 'The evidence, for ratchet judge', role: 'viewer', answer: 'file' },
  'POST /trials/{id}/keep': {
    summary: 'Keeps the change of a trial',
    role: 'operator',
    answer: answers.JobStarted,
  },
  'POST /trials/{id}/rollback': {
    summary: 'Rolls the change of a trial back',
    role: 'operator',
    answer: answers.JobStarted,
  },
  'POST /trials/{id}/cancel': { summary: 'Cancels a trial', role: 'operator', answer: done },

  'GET /load-tests': {
    summary: 'Load tests',
    role: 'viewer',
    query: LoadTestsQuery,
    answer: answers.LoadTests,
  },
  'POST /load-tests': {
    summary: 'Starts a load test',
    role: 'operator',
    body: CreateLoadTestInput,
    answer: answers.LoadTestStarted,
  },
  'GET /load-tests/{id}': {
    summary: 'A load test with its seconds',
    role: 'viewer',
    answer: answers.LoadTestDetail,
  },
  'GET /load-tests/{id}/events': { summary: 'A load test as it goes', role: 'viewer', answer: 'events' },
  'GET /load-tests/{id}/record': {
    summary: 'What a load test measured, with histograms',
    role: 'viewer',
    answer: 'file',
  },
  'POST /load-tests/{id}/stop': {
    summary: 'Stops a load test; what was measured is kept',
    role: 'operator',
    answer: done,
  },
  'GET /load-tests/glances': {
    summary: 'Grades and sparklines of the load tests that have ended',
    role: 'viewer',
    query: StackQuery,
    answer: answers.LoadGlances,
  },
  'GET /load-tests/{id}/analysis': {
    summary: 'Grade, knee, what gave out, heat map and histograms of a load test',
    role: 'viewer',
    answer: answers.LoadAnalysis,
  },
  'GET /load-tests/{id}/export': {
    summary: 'A load test as JSON, CSV, HdrHistogram log, or its load as a k6 script',
    role: 'viewer',
    query: LoadExportQuery,
    answer: 'file',
  },
  'GET /load-tests/compare': {
    summary: 'Load tests against the first of them, with intervals',
    role: 'viewer',
    query: CompareLoadQuery,
    answer: answers.LoadComparisons,
  },
  'POST /load-tests/import': {
    summary: 'Keeps the results of k6, sent as the body, as a load test',
    role: 'operator',
    query: ImportLoadQuery,
    answer: answers.Added,
  },
  'POST /load-sources': {
    summary: 'Reads a HAR, access log, OpenAPI document or mix file, sent as the body, as a workload',
    role: 'operator',
    query: LoadFileQuery,
    answer: answers.LoadSource,
  },
  'GET /load-sources/discovered': {
    summary: 'What is known of the endpoints of an HTTP target',
    role: 'operator',
    query: ObserveQuery,
    answer: answers.LoadSource,
  },

  'GET /passes': { summary: 'Passes', role: 'viewer', query: StackQuery, answer: answers.Jobs },
  'POST /passes': {
    summary: 'Starts a pass over a stack',
    role: 'operator',
    body: StartPassInput,
    answer: answers.JobStarted,
  },
  'GET /jobs/{id}': { summary: 'A job', role: 'viewer', answer: answers.JobView },
  'GET /jobs/{id}/events': { summary: 'A job as it goes', role: 'viewer', answer: 'events' },
  'POST /jobs/{id}/cancel': { summary: 'Cancels a job', role: 'operator', answer: done },

  'GET /reports': { summary: 'Reports', role: 'viewer', query: StackQuery, answer: answers.Reports },
  'POST /reports': {
    summary: 'Writes a report of trials and load tests picked by hand, of one change, or of a time',
    role: 'operator',
    body: CreateReportInput,
    answer: answers.ReportCreated,
  },
  'GET /reports/{id}': {
    summary: 'A report, with or without what its figures are recomputed from',
    role: 'viewer',
    query: ReportQuery,
    answer: answers.Report,
  },
  'GET /reports/{id}/lead': {
    summary: 'A report in plain words: what got faster, how sure that is, what it cost, what is next',
    role: 'viewer',
    answer: answers.Lead,
  },
  'GET /reports/{id}/what-if': {
    summary: 'Estimates of the score of a report without its open findings',
    role: 'viewer',
    answer: answers.WhatIf,
  },
  'GET /reports/{id}/download': {
    summary: 'A report as a file',
    role: 'viewer',
    query: DownloadQuery,
    answer: 'file',
  },

  'GET /reports/compare': {
    summary: 'Two reports side by side, and where they cannot be compared',
    role: 'viewer',
    query: CompareReportsQuery,
    answer: answers.ReportComparison,
  },
  'POST /reports/{id}/baseline': {
    summary: 'Names a report as a baseline of its stack; null takes the name away',
    role: 'operator',
    body: BaselineInput,
    answer: done,
  },
  'POST /reports/{id}/shares': {
    summary: 'Makes a link that shows this one report without sign-in; its path is given this once',
    role: 'operator',
    body: ShareInput,
    answer: answers.NewShare,
  },
  'GET /shares': { summary: 'Links to reports that work now', role: 'operator', answer: answers.Shares },
  'POST /shares/{id}/revoke': { summary: 'Ends a link at once', role: 'operator', answer: done },
  'GET /report-schedule': {
    summary: 'The weekly report of a stack: when, to whom, and how the last one went',
    role: 'viewer',
    query: SendReportInput,
    answer: answers.Schedule,
  },
  'PUT /report-schedule': {
    summary: 'Switches the weekly report of a stack on or off',
    role: 'operator',
    body: ScheduleInput,
    answer: done,
  },
  'POST /report-schedule/send': {
    summary: 'Has a report of the last seven days written and sent now',
    role: 'operator',
    body: SendReportInput,
    answer: done,
  },
  'GET /history': {
    summary: 'Scores of the reports of a stack, and every change ever tried on it',
    role: 'viewer',
    query: StackQuery,
    answer: answers.History,
  },
  'GET /chain': {
    summary: 'The chain of evidence, recomputed now from all that is stored',
    role: 'viewer',
    answer: answers.Chain,
  },

  'GET /alerts': {
    summary: 'States of alerts, and what changed',
    role: 'viewer',
    query: AlertsQuery,
    answer: answers.Alerts,
  },
  'POST /alerts/{id}/acknowledge': {
    summary: 'Says that someone looks after it',
    role: 'operator',
    answer: done,
  },
  'POST /alerts/{id}/mute': {
    summary: 'Silences one series of a rule',
    role: 'operator',
    body: MuteAlertInput,
    answer: done,
  },
  'GET /alert-rules': { summary: 'Alert rules', role: 'viewer', answer: answers.AlertRules },
  'POST /alert-rules': { summary: 'Adds a rule', role: 'operator', body: AlertRuleInput, answer: done },
  'POST /alert-rules/try': {
    summary: 'Tries a rule on the last 7 days',
    role: 'viewer',
    body: AlertRuleInput,
    answer: answers.Replay,
  },
  'PUT /alert-rules/{id}': {
    summary: 'Replaces a rule',
    role: 'operator',
    body: AlertRuleInput,
    answer: done,
  },
  'DELETE /alert-rules/{id}': { summary: 'Deletes a rule', role: 'operator', answer: done },
  'POST /alert-rules/{id}/mute': {
    summary: 'Silences a rule',
    role: 'operator',
    body: MuteAlertInput,
    answer: done,
  },
  'GET /notifiers': { summary: 'Notifiers', role: 'viewer', answer: answers.Notifiers },
  'POST /notifiers': {
    summary: 'Adds a notifier',
    role: 'admin',
    body: NotifierInput,
    answer: answers.Added,
  },
  'DELETE /notifiers/{id}': { summary: 'Removes a notifier', role: 'admin', answer: done },
  'POST /notifiers/{id}/test': { summary: 'Sends a test message', role: 'admin', answer: done },

  'GET /users': { summary: 'Users', role: 'admin', answer: answers.Users },
  'POST /users': {
    summary: 'Adds a user',
    role: 'admin',
    body: CreateUserInput,
    answer: answers.SignInPath,
  },
  'POST /users/{id}/link': {
    summary: 'Makes a new sign-in link',
    role: 'admin',
    answer: answers.SignInPath,
  },
  'POST /users/{id}/enable': { summary: 'Lets a user in again', role: 'admin', answer: done },
  'POST /users/{id}/disable': { summary: 'Locks a user out', role: 'admin', answer: done },
  'GET /tokens': { summary: 'API tokens', role: 'viewer', answer: answers.Tokens },
  'POST /tokens': {
    summary: 'Makes a token, shown once',
    role: 'viewer',
    body: CreateTokenInput,
    answer: answers.NewToken,
  },
  'POST /tokens/{id}/revoke': { summary: 'Revokes a token', role: 'viewer', answer: done },
  'GET /audit': { summary: 'Who did what', role: 'admin', answer: answers.Audit },
};
