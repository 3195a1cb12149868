import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { RedisContext } from './types';

const id = 'redis/persistence-failing';

/** What INFO says of each kind of writing to disk, and what its failure means. */
const writes = [
  {
    field: 'rdb_last_bgsave_status',
    subject: 'rdb',
    severity: 'critical',
    title: 'The last save to disk failed',
    detail:
      'A restart loses what changed since the last good one, and with stop-writes-on-bgsave-error writes fail now. The log of the server has the reason: no space, no right to write, no memory to fork.',
  },
  {
    field: 'aof_last_write_status',
    subject: 'aof',
    severity: 'critical',
    title: 'Writing the append-only file fails',
    detail: 'Writes are refused until it can be written again. The log of the server has the reason.',
  },
  {
    field: 'aof_last_bgrewrite_status',
    subject: 'aof-rewrite',
    severity: 'high',
    title: 'The last rewrite of the append-only file failed',
    detail: 'The file grows with every write. The log of the server has the reason.',
  },
] as const;

/** What is in memory does not reach the disk. */
export const persistenceFailing: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Persistence fails',
    kind: 'redis',
    needs: [],
    thresholds: [{ name: 'failed writes', value: 0, unit: '', source: 'Netdata' }],
  },
  check({ target, snapshot }) {
    const { info } = snapshot;
    const unsaved = Number(info.rdb_changes_since_last_save);
    const findings = writes
      .filter(({ field }) => info[field] === 'err')
      .map(({ field, ...rest }) =>
        finding({
          id,
          target,
          ...rest,
          evidence: [
            { label: field, value: 'err', unit: '' },
            ...(Number.isFinite(unsaved)
              ? [{ label: 'changes since the last save', value: unsaved, unit: '' }]
              : []),
          ],
          weight: 1,
        }),
      );
    return { findings };
  },
};
