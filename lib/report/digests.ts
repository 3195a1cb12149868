import { createHash } from 'node:crypto';
import type { ReportDocument } from '@/lib/contracts/report';
import { canonicalJson } from '@/lib/store/canonical-json';

type Undigested = Omit<ReportDocument, 'digests'>;

/** sha256 of each record's segments, of each load test's evidence, and of the document without its digests, hex. */
export function digestsOf(document: Undigested & { digests?: unknown }): ReportDocument['digests'] {
  const { digests: _, ...rest } = document;
  const records: Record<string, string> = {};
  for (const trial of document.trials) {
    if (trial.record) records[String(trial.id)] = sha256(canonicalJson(trial.record.segments));
  }
  if (!document.loadTests || document.loadTests.length === 0)
    return { records, document: sha256(canonicalJson(rest)) };
  const loads: Record<string, string> = {};
  for (const { id, evidence } of document.loadTests) {
    if (evidence) loads[String(id)] = sha256(canonicalJson(evidence));
  }
  return { records, loads, document: sha256(canonicalJson(rest)) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
