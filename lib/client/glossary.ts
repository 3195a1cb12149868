/** One term: a sentence for where it appears, paragraphs for its own page. */
export interface Term {
  name: string;
  /** One or two sentences, complete in themselves. */
  short: string;
  long: readonly string[];
  see: readonly string[];
}

/** Every term that has a page under /help, by the name in its address. The one source of what they mean. */
export const glossary = {
  percentile: {
    name: 'Percentile (p50, p95, p99)',
    short: 'p95 = 120 ms: 95 of 100 requests took at most 120 ms, and 5 took longer. p50 is the median.',
    long: [
      'Sort all requests by how long they took. The p50, or median, stands in the middle; the p95 has 95 % of the requests below it, the p99 has 99 %.',
      'An average hides what users notice: one request of 2 s among twenty of 10 ms moves the average to 105 ms, a time that none of them took. The p95 says where the slower requests begin, and a page that makes twenty requests meets at least one of them in about two cases of three (1 − 0.95²⁰ = 64 %).',
      'Ratchet interpolates between the two neighbouring requests (Hyndman & Fan 1996, type 7; the default of R and NumPy). Percentiles of parts cannot be averaged to a percentile of the whole: histograms are merged instead.',
    ],
    see: ['latency', 'coordinated-omission'],
  },
  latency: {
    name: 'Response time (latency)',
    short: 'Time from when a request was due or sent until its whole response was there, in ms.',
    long: [
      'In a load test with an arrival rate the time counts from when the request was due, with waiting users from when it was sent. In a trial it is the time of the statement or request itself.',
      'Response times are skewed: many short ones and a few long ones. So Ratchet compares medians and percentiles, as ratios.',
    ],
    see: ['percentile', 'coordinated-omission'],
  },
  throughput: {
    name: 'Throughput',
    short: 'Requests answered per second. With a fixed number of users it rises as responses get faster.',
    long: [
      'With a fixed number of users, each of whom waits for the response, throughput is users ÷ (response time + pause): it is another view of the same times. With a fixed arrival rate it equals that rate until the target cannot follow.',
    ],
    see: ['latency'],
  },
  'error-rate': {
    name: 'Error rate',
    short: 'Requests that failed ÷ all requests. A difference is given in percentage points.',
    long: [
      'A request fails when it has no answer in time, when the connection breaks, or when the status says so (5xx, and what a mix calls a failure). From 1 % to 3 % is a difference of 2 percentage points.',
      'A change that makes requests faster by failing them is no gain: the error rate guards every trial.',
    ],
    see: ['guard'],
  },
  interval: {
    name: '95 % confidence interval',
    short:
      'The range of effects that the measured rounds agree with. Ranges made this way miss the true effect about once in 20 times.',
    long: [
      'Each round gives one ratio of after to before. They differ, since machines do. From their mean and spread follows a range: the 95 % t interval of the mean of their logarithms, turned back into ratios.',
      'Where the whole range lies below 1, the change made the times shorter. Where it holds 1, these rounds alone do not show a difference. A narrow range says that the effect is known well, not that it is large.',
    ],
    see: ['round', 'p-value', 'verdict'],
  },
  'p-value': {
    name: 'p value',
    short:
      'How often a difference at least this large would come up if the change had no effect at all. Small is evidence of an effect.',
    long: [
      'If a change had no effect, each round could as well have come out the other way round. Ratchet tries all ways to flip the signs of the rounds and counts how many give a mean as far from zero as the measured one: that share is p.',
      'Several endpoints are compared in one trial, and with many comparisons one of them comes out small by luck. So p is adjusted by the method of Holm (1979), and below 0.05 counts. p says nothing about how large the effect is.',
    ],
    see: ['interval', 'verdict'],
  },
  verdict: {
    name: 'Verdict',
    short:
      'Improved, no difference, regressed or inconclusive: what the rounds of a trial show, by a rule fixed before the first round.',
    long: [
      'No difference: the whole interval lies within the margin. Improved or regressed: the interval excludes “no change” and the adjusted p is below 0.05. Inconclusive: neither was shown; the trial says about how many rounds it would take.',
      'A trial counts as regressed when any guard got worse, whatever its goal says. A change is kept when it improved; otherwise it is rolled back.',
    ],
    see: ['interval', 'margin', 'guard'],
  },
  margin: {
    name: 'Margin',
    short:
      'Differences within it are too small to matter: ±5 % unless set otherwise, and set before the trial.',
    long: [
      'A long enough trial finds a difference of a tenth of a per cent. To say “no difference” is possible only against a margin: the whole interval must lie inside it.',
    ],
    see: ['verdict'],
  },
  round: {
    name: 'Round',
    short:
      'One comparison of before and after within a trial: two segments of each, in the order ABBA or BAAB. Rounds are what is counted, not requests.',
    long: [
      'Requests that follow one another share caches, connections and what else the machine does: a thousand of them are not a thousand independent measurements. Rounds hardly depend on one another, so the statistics count rounds.',
      'In ABBA each state is measured once early and once late; a machine that slowly gets slower hurts both alike. A coin toss decides between ABBA and BAAB. At least six rounds are needed: with five, no p below 0.0625 can come out.',
    ],
    see: ['trial', 'interval'],
  },
  trial: {
    name: 'Trial',
    short:
      'An experiment on one change: the same load with the change off (before) and on (after), in turns, in rounds.',
    long: [
      'The workload, the goal, the margin and the number of rounds are fixed first. Where switching a change takes too long to do it within rounds, before and after are measured one after the other and compared with a control that the change cannot touch; such a verdict says “not interleaved”.',
    ],
    see: ['round', 'verdict', 'a-a'],
  },
  'a-a': {
    name: 'A/A trial',
    short:
      'A trial in which nothing is changed. What it finds is the noise of this machine: smaller effects cannot be seen.',
    long: [
      'Both sides are the same, so any difference is noise. If an A/A trial finds one, something else moves the machine, and no figure from it is to be trusted yet.',
    ],
    see: ['trial', 'interval'],
  },
  guard: {
    name: 'Guard',
    short:
      'An endpoint or statement that a change is not meant for, watched so that a gain here is not paid for there.',
    long: [
      'An index makes reads faster and writes slower; a cache takes memory from its neighbours. Every endpoint of the workload but the goal is a guard, and so is the error rate. One that was shown to be worse makes the whole trial “regressed”.',
    ],
    see: ['verdict', 'error-rate'],
  },
  'coordinated-omission': {
    name: 'Coordinated omission',
    short:
      'A load generator that waits for a stalled target sends nothing meanwhile, and so hides how long users would have waited.',
    long: [
      'Say requests are due every 100 ms and the target stalls for one second. A generator that waits sends one slow request where ten users would have waited, and nine bad times are missing from its percentiles.',
      'Ratchet’s arrival-rate model counts each request from when it was due, so the stall shows in all of them. In the model with waiting users the stalls are counted, and corrected figures stand beside the plain ones.',
    ],
    see: ['percentile', 'latency'],
  },
  'hit-ratio': {
    name: 'Hit ratio',
    short:
      'Lookups answered from memory ÷ all lookups. 99 % and 98 % differ twofold in what has to be fetched.',
    long: [
      'In PostgreSQL: blocks found in shared_buffers ÷ blocks asked for; a miss may still be answered by the cache of the operating system. In Redis: keys found ÷ keys asked for.',
      'What costs time are the misses. From 98 % to 99 % the hits hardly change, and the misses halve.',
    ],
    see: ['working-set'],
  },
  'working-set': {
    name: 'Working set',
    short:
      'The memory that is really in use. Of a container: its memory without the file cache that can be dropped at once.',
    long: [
      'Memory use as a container reports it includes files that were read once and are kept in case they are needed again. Near a limit the kernel drops them first, so they say little about how near the limit is. Ratchet takes usage less inactive file cache, as Kubernetes does.',
      'Of a database it is the part of the data that its statements touch again and again: where it fits into memory, the hit ratio is high.',
    ],
    see: ['hit-ratio', 'throttling'],
  },
  throttling: {
    name: 'CPU throttling',
    short:
      'A container that has used up its CPU limit is held until the next period begins, 100 ms apart by default.',
    long: [
      'A limit of half a core means 50 ms of CPU time in every 100 ms, summed over all threads. What is used up early in the period is waited for until its end, so a request can wait for 50 ms or more although the mean CPU use looks low. It shows in the p95 and p99 first.',
      'Ratchet gives the share of the periods since the last reading in which that happened. A container without a CPU limit has no such periods, and no value.',
    ],
    see: ['working-set'],
  },
  'dead-rows': {
    name: 'Dead rows',
    short:
      'Row versions that no transaction can see any more. They take space and are read past until VACUUM removes them.',
    long: [
      'PostgreSQL writes a new version of a row at each UPDATE and keeps the old one for transactions that may still see it. VACUUM, as a rule by autovacuum, makes their space free for new rows. A transaction left open holds it back.',
    ],
    see: ['bloat'],
  },
  bloat: {
    name: 'Bloat',
    short: 'Space in a table or index that holds nothing: left by dead rows and half-empty pages.',
    long: [
      'Free space in a table is reused, and some is normal. Where most of it is empty, scans read pages for nothing and the cache holds air. REINDEX CONCURRENTLY rebuilds an index without stopping writes.',
    ],
    see: ['dead-rows'],
  },
  finding: {
    name: 'Finding',
    short:
      'A named problem on one object, with its evidence and how bad it is. It stays open until it is gone or muted.',
    long: [
      'A finding comes from a rule with a published threshold, and from nothing but what was read from the target. Its severity follows from how much it touches: time, memory, requests. A rule that could not run says why, and what would let it.',
    ],
    see: ['trial', 'score'],
  },
  score: {
    name: 'Score',
    short:
      'A mean of six measured parts from 0 to 100, by a published formula. What was not measured is left out and said so.',
    long: [
      'Response time weighs 30, failed requests 20, open findings 20, and the hit ratios of PostgreSQL and Redis and the use of connections 10 each. No goal that somebody set enters it, and nothing in it can be set by hand.',
      'The slider beside it shows estimates: the same formula without some of the open findings. They are not part of a report.',
    ],
    see: ['finding', 'percentile', 'hit-ratio'],
  },
} as const satisfies Record<string, Term>;

export type TermId = keyof typeof glossary;
export const termIds = Object.keys(glossary).filter(isTerm);

/** Whether a page of help has this name. */
export function isTerm(id: string): id is TermId {
  return Object.hasOwn(glossary, id);
}
