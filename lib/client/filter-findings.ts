import { type FindingView, severities } from '@/lib/contracts/finding';

export interface FindingFilter {
  state: string;
  severity: string;
  target: string;
  text: string;
}

/** Findings that fit the filter ("any" lets all through), worst first: by severity, then by share of the total. */
export function filterFindings(all: FindingView[], f: FindingFilter): FindingView[] {
  const words = f.text.toLowerCase().split(/\s+/).filter(Boolean);
  return all
    .filter(
      (x) =>
        (f.state === 'any' || x.state === f.state) &&
        (f.severity === 'any' || x.severity === f.severity) &&
        (f.target === 'any' || x.target === f.target) &&
        words.every((w) =>
          `${x.title} ${x.subject} ${x.id} ${x.detail} ${x.target}`.toLowerCase().includes(w),
        ),
    )
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        b.weight - a.weight ||
        a.number - b.number,
    );
}
