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
  const byStatement = new Map<string, Finding[]>();
  const indexesOn = new Map<string, { remedy: Finding; wanted: z.infer<typeof Index> }[]>();
  const onSubject = new Map<string, Finding[]>();
  for (const remedy of remedies) {
    for (const id of statementsOf(remedy)) push(byStatement, `${remedy.target}\0${id}`, remedy);
    const wanted = remedy.id === 'postgres/missing-index' ? Index.safeParse(remedy.facts).data : undefined;
    if (!wanted) continue;
    push(indexesOn, tableKey(remedy.target, wanted), { remedy, wanted });
    push(onSubject, `${remedy.target}\0${remedy.subject}`, remedy);
  }
  const answering = (f: Finding): Finding[] => {
    if (f.id === 'postgres/unindexed-foreign-key') {
      const own = Index.safeParse(f.facts).data;
      if (!own) return [];
      const leads = ({ wanted }: { wanted: z.infer<typeof Index> }) =>
        // A partial index does not hold every row that refers.
        !wanted.predicate &&
        own.columns.every((column) => wanted.columns.slice(0, own.columns.length).includes(column));
      return (indexesOn.get(tableKey(f.target, own)) ?? []).filter(leads).map((i) => i.remedy);
    }
    if (f.optimizations.length > 0) return [];
    if (f.id === 'postgres/sequential-scans') return onSubject.get(`${f.target}\0${f.subject}`) ?? [];
    const found = new Set(statementsOf(f).flatMap((id) => byStatement.get(`${f.target}\0${id}`) ?? []));
    return found.size === 0 ? [] : remedies.filter((r) => found.has(r));
  };
  return findings.map((f) => {
    if (f.related) return f;
    const related = answering(f).map((r) => r.key);
    return related.length === 0 ? f : { ...f, related };
  });
}

const tableKey = (target: string, { schema, table }: { schema: string; table: string }) =>
  [target, schema, table].join('\0');

const statementsOf = (f: Finding) => Statements.parse(f.facts).statements;

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
