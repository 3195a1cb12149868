import type { FindingView } from '@/lib/contracts/finding';

/** Where a person is in the tour: a step (from 0), not taken yet, or put away. */
export type TourState = number | 'new' | 'off';

export const tourCookie = 'ratchet_tour';

/** The state kept in the cookie; what is not understood counts as not taken. */
export function asTour(value: string | undefined): TourState {
  if (value === 'off') return 'off';
  return value !== undefined && /^\d{1,2}$/.test(value) ? Number(value) : 'new';
}

/** Keeps the state in a cookie, so that the server's first answer is already right. */
export function keepTour(state: TourState): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in Firefox and Safari yet
  document.cookie = `${tourCookie}=${state}; path=/; max-age=31536000; samesite=lax`;
}

/** One stop of the tour: where it is, what it is about, and the id of the element it points at. */
export interface TourStep {
  path: string;
  title: string;
  text: string;
  mark: string;
}

/** What is there to be shown on this stack, at this moment. */
export interface TourSights {
  findings: readonly FindingView[];
  /** Newest first. */
  trials: readonly { id: number; state: string }[];
  mayProve: boolean;
}

const ready = ['proposed', 'rolled-back'];

/** The stops, through what this stack really has: a finding with a remedy, and its newest trial, where there are such. */
export function tourSteps({ findings, trials, mayProve }: TourSights): TourStep[] {
  const finding = findings.find((f) => f.changes.some((c) => ready.includes(c.state))) ?? findings[0];
  const at = finding ? `/findings/${finding.number}` : null;
  const ended = trials.find((t) => t.state === 'done');
  return [
    {
      path: '/',
      title: 'The stack, live',
      text: 'Each figure was read from the running stack within the last seconds, with its last minutes as a line and the change against the time before. A figure that could not be read says so.',
      mark: 'tiles',
    },
    {
      path: '/findings',
      title: 'What slows it',
      text: 'Rules read the statistics of Postgres, Redis, containers and services, and name what is wrong, worst first. Below stands what could not be checked, and what would allow it.',
      mark: 'found',
    },
    ...(at === null
      ? []
      : [
          {
            path: at,
            title: 'One finding, with its evidence',
            text: 'The figures it rests on, the threshold and where it comes from. What answers it is a change: its exact statement and the statement that takes it back can be read before anything is touched.',
            mark: 'evidence',
          },
          {
            path: at,
            title: 'Prove it',
            text: mayProve
              ? 'Prove puts the change in and out in turns under the same load, and measures both. It takes a few minutes, runs without you, and can be cancelled. Press it now, or go on.'
              : 'Prove puts the change in and out in turns under the same load, and measures both. An operator may press it; you can read all that comes of it.',
            mark: 'remedy',
          },
        ]),
    ended
      ? {
          path: `/trials/${ended.id}`,
          title: 'The verdict',
          text: 'Before and after for each endpoint and statement, the ratio with its interval, and every round behind it. What helped is kept, what did not is put back; you may decide otherwise.',
          mark: 'verdict',
        }
      : {
          path: '/trials',
          title: 'Trials',
          text: 'Here each trial stands with its verdict: before and after, the ratio with its interval, every round behind it. What helped is kept, what did not is put back; you may decide otherwise.',
          mark: 'trial-list',
        },
    {
      path: '/reports',
      title: 'The report',
      text: 'A pass tries the proposals one by one and writes a report: page, PDF, HTML, Markdown, CSV or JSON. Anyone can recompute its figures from the rounds inside, with ratchet verify.',
      mark: 'report-list',
    },
    {
      path: '/targets',
      title: 'Now your own stack',
      text: 'Add a Postgres, Redis, Docker or HTTP target. Test says what works and gives the exact statement for what lacks. Observing reads only; nothing is changed before you press a button.',
      mark: 'target-list',
    },
  ];
}
