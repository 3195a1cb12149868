import { AppError } from '@/lib/contracts/error';

/** Where a Docker engine listens: a socket path, or host and port. */
export type DockerEndpoint =
  | { socketPath: string; host?: undefined; port?: undefined; protocol?: undefined }
  | { socketPath?: undefined; host: string; port: number; protocol: 'http' | 'https' };

/**
 * Reads `unix:///var/run/docker.sock`, a bare path, `tcp://host:2375`, `http://…` or `https://…`.
 * @throws AppError bad-input; the message never repeats the address
 */
export function dockerEndpoint(address: string): DockerEndpoint {
  const text = address.trim();
  const path = /^(?:unix:\/\/)?(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { socketPath: path.replace(/[?#].*$/, '') };
  const url = URL.canParse(text) ? new URL(text.replace(/^tcp:/, 'http:')) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new AppError(
      'bad-input',
      'The address of the Docker engine cannot be read. It looks like unix:///var/run/docker.sock or tcp://host:2375.',
      { field: 'socket' },
    );
  }
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // URL drops a port that is the scheme's own; for tcp:// and http:// 80 was then meant as written.
  const written = /:(\d+)(?:[/?#]|$)/.exec(text.replace(/^.*@/, ''))?.[1];
  return { host, port: Number(written ?? (protocol === 'https' ? 2376 : 2375)), protocol };
}
