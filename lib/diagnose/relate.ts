import { z } from 'zod';
import type { Finding } from '@/lib/contracts/finding';

const Statements = z.object({ statements: z.array(z.string()).default([]) });
const Index = z.object({
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()).min(1),
  predicate: z.string().nullish(),
});

/**
 * Ties a finding to those whose remedy answers it too: a slow statement to the index that it wants, a table that is
 * read whole and a foreign key without an index to the index that the workload wants there. Findings that say
 * themselves what they are related to keep that.
 */
export function relate(findings: Finding[]): Finding[] {
  const remedies = findings.filter((f) => f.optimizations.length > 0 && f.id !== 'postgres/settings');
  return findings.map((f) => {
    if (f.related) return f;
    const related = remedies
      .filter((r) => r !== f && r.target === f.target && answers(r, f))
      .map((r) => r.key);
    return related.length === 0 ? f : { ...f, related };
  });
}

function answers(remedy: Finding, f: Finding): boolean {
  const wanted = remedy.id === 'postgres/missing-index' ? Index.safeParse(remedy.facts).data : undefined;
  if (f.id === 'postgres/unindexed-foreign-key') {
    const own = Index.safeParse(f.facts).data;
    return (
      own !== undefined &&
      // A partial index does not hold every row that refers.
      !wanted?.predicate &&
      wanted?.schema === own.schema &&
      wanted.table === own.table &&
      own.columns.every((column) => wanted.columns.slice(0, own.columns.length).includes(column))
    );
  }
  if (f.optimizations.length > 0) return false;
  if (f.id === 'postgres/sequential-scans') return wanted !== undefined && remedy.subject === f.subject;
  const own = Statements.parse(f.facts).statements;
  return Statements.parse(remedy.facts).statements.some((s) => own.includes(s));
}
