import type Docker from 'dockerode';
import { AppError } from '@/lib/contracts/error';
import { connectDocker } from '@/lib/targets/docker/connect';
import { dockerError } from '@/lib/targets/docker/errors';
import type { CommandSession } from '../types';

/** An update waits for the kernel, which may have to take memory back first. */
const timeoutMs = 20_000;

/** Runs a function with a client of the session's engine. @throws AppError as dockerError; unsupported */
export async function withDocker<T>(
  { target, address }: CommandSession,
  work: (docker: Docker) => Promise<T>,
): Promise<T> {
  const { connection } = target;
  if (connection.kind !== 'docker') throw new AppError('unsupported', `${target.name} is no Docker engine.`);
  try {
    return await work(connectDocker(connection, timeoutMs));
  } catch (error) {
    throw dockerError(error, address);
  }
}
