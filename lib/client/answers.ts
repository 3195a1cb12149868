import { z } from 'zod';
import { ActivityView } from '@/lib/contracts/activity';
import { AlertRuleView, Alerts, NotifierView, Replay } from '@/lib/contracts/alert';
import { AuditView, Me, TokenView, UserView } from '@/lib/contracts/api';
import { CacheView, MemorySample } from '@/lib/contracts/cache';
import { ChainState } from '@/lib/contracts/chain';
import { ChangeDetail, ChangeView } from '@/lib/contracts/change';
import { Configuration } from '@/lib/contracts/configuration';
import { ContainersView } from '@/lib/contracts/containers';
import { IndexesView, SettingsView, StatementsView, TablesView } from '@/lib/contracts/database';
import { FindingView, NotChecked } from '@/lib/contracts/finding';
import { HistoryView } from '@/lib/contracts/history';
import { JobView } from '@/lib/contracts/job';
import { KnobPlanned } from '@/lib/contracts/knobs';
import { LeadView } from '@/lib/contracts/lead';
import { LoadAnalysis, LoadComparisons, LoadGlance } from '@/lib/contracts/load-analysis';
import { LoadTestDetail, LoadTestStarted, LoadTestView } from '@/lib/contracts/load-api';
import { LoadSource } from '@/lib/contracts/load-source';
import { StackMark } from '@/lib/contracts/marks';
import { SeriesData } from '@/lib/contracts/metrics';
import { Overview } from '@/lib/contracts/overview';
import { PlanView } from '@/lib/contracts/plan';
import { Recommendations } from '@/lib/contracts/recommendation';
import { ReportDocument, ReportSummary } from '@/lib/contracts/report';
import { ReportComparison } from '@/lib/contracts/report-comparison';
import { ReportCreated } from '@/lib/contracts/report-create';
import { ScheduleView } from '@/lib/contracts/report-schedule';
import { ServerStateView } from '@/lib/contracts/server-state';
import { ServiceView } from '@/lib/contracts/services';
import { ShareView } from '@/lib/contracts/share';
import { Capabilities, TargetDetail, TargetView } from '@/lib/contracts/target';
import { TrialDetail, TrialSummary } from '@/lib/contracts/trial';
import { WarmingPlanned } from '@/lib/contracts/warming';
import { WhatIf } from '@/lib/contracts/what-if';

/**
 * What each call of the API answers. Loaded with the first answer and not with the page (lib/client/fetch.ts): the
 * schemas weigh a third of what a page needs to be read.
 */
export const Stacks = z.array(z.string());
export const Series = z.array(SeriesData);
export const Marks = z.array(StackMark);
export const AlertRules = z.array(AlertRuleView);
export const Notifiers = z.array(NotifierView);
export const Findings = z.array(FindingView);
export const CannotChecks = z.array(NotChecked);
export const Changes = z.array(ChangeView);
export const LoadTests = z.array(LoadTestView);
export const Trials = z.array(TrialSummary);
export const LoadGlances = z.array(LoadGlance);
export const Jobs = z.array(JobView);
export const Reports = z.array(ReportSummary);
export const Report = ReportDocument.extend({ id: z.number().int() });
export const Targets = z.array(TargetView);
export const Users = z.array(UserView);
export const Tokens = z.array(TokenView);
export const Audit = z.array(AuditView);
export const JobStarted = z.object({ jobId: z.number().int() });
export const TrialStarted = JobStarted.extend({ trialId: z.number().int() });
export const Added = z.object({ id: z.number().int() });
/** Path of a one-time sign-in link, relative to the address of this product. */
export const SignInPath = z.object({ signInPath: z.string() });
export const NewToken = z.object({ token: z.string() });
/** Path of a link to a report, shown once. */
export const NewShare = z.object({ id: z.number().int(), path: z.string(), expiresAt: z.iso.datetime() });
export const Shares = z.array(ShareView);
export const Anything = z.unknown();
export {
  ActivityView as Activity,
  Alerts,
  CacheView as Cache,
  Capabilities,
  ChainState as Chain,
  ChangeDetail,
  Configuration,
  ContainersView as Containers,
  HistoryView as History,
  IndexesView as Indexes,
  JobView,
  KnobPlanned,
  LeadView as Lead,
  LoadAnalysis,
  LoadComparisons,
  LoadSource,
  LoadTestDetail,
  LoadTestStarted,
  Me,
  MemorySample,
  Overview,
  PlanView as Plan,
  Recommendations,
  Replay,
  ReportComparison,
  ReportCreated,
  ScheduleView as Schedule,
  ServerStateView as Server,
  ServiceView as Service,
  SettingsView as Settings,
  StatementsView as Statements,
  TablesView as Tables,
  TargetDetail as Target,
  TrialDetail,
  WarmingPlanned,
  WhatIf,
};
