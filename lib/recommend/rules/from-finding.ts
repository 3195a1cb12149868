import type { OpenFinding } from '@/lib/configure/gather';
import type { Evidence } from '@/lib/contracts/finding';
import type { Horizon, RecommendationEvidence } from '@/lib/contracts/recommendation';
import type { TargetKind } from '@/lib/contracts/target';
import type { Draft, RecommendRule } from '../types';

interface Given {
  id: string;
  horizon: Horizon;
  threshold: { text: string; source: string };
  /** The rule of the diagnosis that it follows from. */
  finding: string;
  kind: TargetKind;
  /** Which of its findings; all by default. */
  only?: (finding: OpenFinding) => boolean;
  title: (finding: OpenFinding) => string;
  detail: string;
}

/** A recommendation for each open finding of one rule. It is gone when the finding is. */
export function fromFinding(given: Given): RecommendRule {
  const { id, horizon, threshold, finding: rule, kind } = given;
  return {
    id,
    horizon,
    threshold,
    check(facts) {
      const wanted = (f: OpenFinding) => f.id === rule && (given.only?.(f) ?? true);
      const drafts = facts.gathered.findings.filter(wanted).map(
        (f): Draft => ({
          target: f.target,
          subject: f.subject,
          title: given.title(f),
          detail: given.detail,
          evidence: evidenceOf(f),
        }),
      );
      const targets = facts.gathered.targets.filter((t) => t.kind === kind).map((t) => t.name);
      const notEvaluated = targets.flatMap((target) => {
        const why = blocked(facts, rule, target);
        return why === null ? [] : [{ target, why }];
      });
      const looked = targets.flatMap((target) => {
        const at = facts.readAt.get(target);
        return at === undefined || notEvaluated.some((n) => n.target === target) ? [] : [{ target, at }];
      });
      return { drafts, looked, notEvaluated };
    },
  };
}

/** Why a rule of the diagnosis tells nothing of a target now; null when it does. */
export function blocked(
  facts: Parameters<RecommendRule['check']>[0],
  rule: string,
  target: string,
): string | null {
  const missing = facts.notChecked.find((n) => n.id === rule && n.target === target);
  if (missing) return missing.reason;
  const silent = facts.notChecked.find((n) => !n.id.includes('/') && n.target === target);
  if (silent) return `The target does not answer: ${silent.reason}`;
  return facts.muted.some((m) => m.id === rule && m.target === target)
    ? `The finding ${rule} is muted.`
    : null;
}

/** The evidence of a finding as that of a recommendation. */
export function evidenceOf(finding: OpenFinding): RecommendationEvidence[] {
  // The lines to copy are on the configuration page.
  const figures = finding.evidence.filter((e) => e.label !== 'postgresql.conf');
  const found = figures.map(({ label, value, unit }: Evidence) => ({
    ...{ from: 'finding' as const, id: finding.id, label, value, unit },
  }));
  return found.length > 0
    ? found
    : [{ from: 'finding', id: finding.id, label: 'finding', value: finding.title, unit: '' }];
}
