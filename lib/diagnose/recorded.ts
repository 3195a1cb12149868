import { z } from 'zod';
import { type Diagnosis, Evidence, type Finding, Severity, severities } from '@/lib/contracts/finding';
import type { Store } from '@/lib/store/client';

/**
 * The diagnosis of a stack as it stood at a time, from what was recorded: findings that were seen by then and not resolved yet, most
 * severe and heaviest first. Nothing is read from a target. What could not be checked is known of the newest diagnosis only.
 */
export async function recordedDiagnosis(store: Store, stack: string, at: Date): Promise<Diagnosis> {
  const [findings, unchecked] = await Promise.all([
    store.db.finding.findMany({
      where: {
        stack: { name: stack },
        firstSeenAt: { lte: at },
        OR: [{ state: { not: 'resolved' } }, { resolvedAt: { gt: at } }],
      },
      include: { target: { select: { name: true } } },
      orderBy: [{ weight: 'desc' }, { id: 'asc' }],
    }),
    store.db.notChecked.findMany({
      where: { target: { stack: { name: stack } } },
      include: { target: { select: { name: true } } },
      orderBy: { id: 'asc' },
    }),
  ]);
  const rank = (f: Finding) => severities.indexOf(f.severity);
  const Keys = z.array(z.string());
  return {
    findings: findings
      .map(
        (row): Finding => ({
          key: row.key,
          id: row.rule,
          severity: Severity.parse(row.severity),
          target: row.target.name,
          subject: row.subject,
          title: row.title,
          detail: row.detail,
          evidence: z.array(Evidence).parse(row.evidence),
          weight: row.weight,
          optimizations: Keys.parse(row.optimizations),
          facts: {},
          related: Keys.parse(row.related),
        }),
      )
      .toSorted((a, b) => rank(a) - rank(b)),
    cannotCheck: unchecked.map(({ rule, target, reason, enable }) => ({
      ...{ id: rule, target: target.name, reason, enable },
    })),
  };
}
