import { z } from 'zod';
import type { Finding } from '@/lib/contracts/finding';

const Statements = z.object({ statements: z.array(z.string()).default([]) });

/**
 * Ties a finding about a statement that has no remedy of its own to those whose remedy names that statement: a slow
 * statement to the index that it wants. Findings that say themselves what they are related to keep that.
 */
export function relate(findings: Finding[]): Finding[] {
  const remedies = findings.flatMap((f) =>
    f.optimizations.length === 0 || f.id === 'postgres/settings'
      ? []
      : [{ target: f.target, key: f.key, statements: Statements.parse(f.facts).statements }],
  );
  return findings.map((f) => {
    if (f.optimizations.length > 0 || f.related) return f;
    const own = Statements.parse(f.facts).statements;
    const related = remedies
      .filter((r) => r.target === f.target && r.statements.some((s) => own.includes(s)))
      .map((r) => r.key);
    return related.length === 0 ? f : { ...f, related };
  });
}
