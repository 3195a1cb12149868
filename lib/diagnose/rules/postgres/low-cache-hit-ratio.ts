import type { PgStatement } from '@/lib/contracts/postgres-snapshot';
import { finding } from '../../finding';
import { numberSetting } from '../../tables';
import type { PostgresContext, Rule } from '../../types';
import { sinceReset } from '../../workload/recent';
import { statementsMissing } from './statements-missing';

const id = 'postgres/low-cache-hit-ratio';
const least = 0.99;
const fewestBlocks = 100_000;
const pageBytes = 8192;

/** Too many of the blocks that statements touch come from outside shared_buffers. */
export const lowCacheHitRatio: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Low shared buffer hit ratio',
    kind: 'postgres',
    needs: ['pg_stat_statements'],
    thresholds: [
      { name: 'hit ratio', value: least, unit: 'ratio', source: 'PgHero' },
      {
        name: 'blocks touched, for it to mean something',
        value: fewestBlocks,
        unit: '',
        source: 'Ratchet: 800 MB',
      },
    ],
  },
  check({ target, snapshot, recent }) {
    if (snapshot.statements === null)
      return { findings: [], cannotCheck: [statementsMissing(id, target, snapshot)] };
    const lately = recent ? { ...blocks([...recent.statements.values()]), over: recent.said } : null;
    const { hit, read, over } =
      lately && lately.hit + lately.read >= fewestBlocks
        ? lately
        : { ...blocks(snapshot.statements), over: sinceReset(snapshot) };
    const ratio = hit / Math.max(1, hit + read);
    if (hit + read < fewestBlocks || ratio >= least) return { findings: [] };
    const buffers = numberSetting(snapshot, 'shared_buffers', 0) * pageBytes;
    return {
      findings: [
        finding({
          id,
          severity: ratio < 0.9 ? 'high' : 'medium',
          target,
          subject: snapshot.database,
          title: `${((1 - ratio) * 100).toFixed(1)} % of the blocks that statements touch are not in shared_buffers`,
          detail: `They come from the operating system's cache or from disk. shared_buffers may be too small, or statements read more than they need: see the missing indexes first. Counted ${over}.`,
          evidence: [
            { label: 'hit ratio', value: ratio, unit: 'ratio' },
            { label: 'blocks found', value: hit, unit: '' },
            { label: 'blocks read', value: read, unit: '' },
            { label: 'shared_buffers', value: buffers, unit: 'bytes' },
            { label: 'size of the database', value: snapshot.databaseBytes, unit: 'bytes' },
          ],
          weight: 1 - ratio,
        }),
      ],
    };
  },
};

function blocks(statements: readonly PgStatement[]): { hit: number; read: number } {
  return {
    hit: statements.reduce((sum, s) => sum + s.sharedBlksHit, 0),
    read: statements.reduce((sum, s) => sum + s.sharedBlksRead, 0),
  };
}
