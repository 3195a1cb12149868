import Docker from 'dockerode';
import type { Connection } from '@/lib/contracts/target';
import { dockerEndpoint } from './endpoint';

export type DockerConnection = Extract<Connection, { kind: 'docker' }>;

/** `stats` alone takes one to two seconds on older engines. */
export const requestTimeoutMs = 4_000;

/**
 * A client of a Docker engine; connects with the first request, and each request is ended after `timeoutMs`.
 * Errors of its calls: see `dockerError`.
 * @throws AppError bad-input
 */
export function connectDocker(connection: DockerConnection, timeoutMs = requestTimeoutMs): Docker {
  const endpoint = dockerEndpoint(connection.socket);
  return new Docker({ ...endpoint, timeout: timeoutMs });
}
