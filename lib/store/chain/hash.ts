import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json';

/** sha256 of the canonical JSON of a value, hex. */
export const digest = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

/** What stands before the first entry. */
export const genesis = '0'.repeat(64);

export interface Link {
  seq: number;
  kind: string;
  subject: bigint;
  content: string;
  previous: string;
  at: Date;
}

/** Hash of an entry: over all that it says, and so over every entry before it. */
export const hashOfLink = ({ seq, kind, subject, content, previous, at }: Link): string =>
  digest({ seq, kind, subject: String(subject), content, previous, at: at.toISOString() });
