import { AppError } from '@/lib/contracts/error';
import { Connection, type TargetKind, TargetOptions } from '@/lib/contracts/target';
import { unseal } from '@/lib/store/seal';
import type { Stack, Target as TargetRow } from '@/prisma/generated/client';

/** A target with its connection settings, opened: holds secrets, never leaves the server. */
export interface Target {
  id: number;
  stackId: number;
  stack: string;
  kind: TargetKind;
  name: string;
  /** Where it is, without credentials. */
  address: string;
  connection: Connection;
  options: TargetOptions;
  paused: boolean;
}

/**
 * Opens a stored row.
 * @throws AppError internal when its settings cannot be opened (another installation key) or read
 */
export function toTarget(row: TargetRow & { stack: Stack }): Target {
  const connection = open(row);
  return {
    id: row.id,
    stackId: row.stackId,
    stack: row.stack.name,
    kind: connection.kind,
    name: row.name,
    address: row.address,
    connection,
    options: TargetOptions.parse(row.options),
    paused: row.paused,
  };
}

function open(row: TargetRow): Connection {
  try {
    return Connection.parse(JSON.parse(unseal(row.sealedConnection)));
  } catch (cause) {
    throw new AppError(
      'internal',
      `The connection settings of ${row.name} cannot be opened with the key of this installation. Enter them again.`,
      { cause },
    );
  }
}
