import { AlertCondition, AlertState } from '@/lib/contracts/alert';
import { Severity } from '@/lib/contracts/finding';
import type { Prisma } from '@/prisma/generated/client';
import type { AlertMemory } from './transition';

export type RuleRow = Prisma.AlertRuleGetPayload<{ include: { notifiers: { select: { id: true } } } }>;
export type AlertRow = Prisma.AlertGetPayload<Record<string, never>>;

/** The condition of a stored rule. */
export const conditionOf = (row: Omit<RuleRow, 'notifiers'>): AlertCondition => AlertCondition.parse(row);

export const severityOf = (row: { severity: string }): Severity => Severity.parse(row.severity);

/** What the state machine remembers of an alert. */
export const memoryOf = (row: AlertRow): AlertMemory => ({
  state: AlertState.parse(row.state),
  since: row.since.getTime(),
  breachSince: row.breachSince?.getTime() ?? null,
  lastDataAt: row.lastDataAt?.getTime() ?? null,
  value: row.value,
});

/** The columns that keep a memory. */
export const columnsOf = (memory: AlertMemory) => ({
  state: memory.state,
  since: new Date(memory.since),
  breachSince: memory.breachSince === null ? null : new Date(memory.breachSince),
  lastDataAt: memory.lastDataAt === null ? null : new Date(memory.lastDataAt),
  value: memory.value,
});
