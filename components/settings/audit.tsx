'use client';
import { useQuery } from '@tanstack/react-query';
import { createColumnHelper } from '@tanstack/react-table';
import { dateLong } from '@/lib/client/format';
import { auditQuery } from '@/lib/client/queries/people';
import type { AuditView } from '@/lib/contracts/api';
import { Card } from '../ui/card';
import { DataTable } from '../ui/data-table';
import { Loaded } from '../ui/states';
import { Tag } from '../ui/tag';

const col = createColumnHelper<AuditView>();
const tones = { ok: 'good', refused: 'warn', failed: 'bad' } as const;
const columns = [
  col.accessor('at', {
    header: 'when',
    cell: (x) => <span className="whitespace-nowrap text-ink2">{dateLong(x.getValue())}</span>,
  }),
  col.accessor('actor', { header: 'who' }),
  col.accessor('action', {
    header: 'what',
    cell: (x) => <code className="font-mono text-xs">{x.getValue()}</code>,
  }),
  col.accessor('subject', {
    header: 'on',
    cell: ({ row: { original: a } }) => (
      <span className="grid gap-1">
        <span className="break-words">{a.subject}</span>
        {a.statements.map((s, i) => (
          <code key={i} className="font-mono text-xs break-words text-ink2">
            {s}
          </code>
        ))}
        {a.detail && <span className="text-xs break-words text-ink2">{a.detail}</span>}
      </span>
    ),
  }),
  col.accessor('outcome', {
    header: 'outcome',
    cell: (x) => <Tag tone={tones[x.getValue() as keyof typeof tones] ?? 'neutral'}>{x.getValue()}</Tag>,
  }),
];

/** Who did what, with the exact statements and how it ended. */
export function Audit() {
  const query = useQuery(auditQuery());
  return (
    <Card title="Audit" note="newest first">
      <Loaded query={query}>
        {(entries) =>
          entries.length === 0 ? (
            <p className="text-sm text-ink2">Nothing was done yet.</p>
          ) : (
            <DataTable
              caption="Audit"
              data={entries}
              columns={columns}
              rowKey={(a) => a.id}
              initialSort={[{ id: 'at', desc: true }]}
              minWidth={720}
            />
          )
        }
      </Loaded>
    </Card>
  );
}
