import type Docker from 'dockerode';
import { AppError } from '@/lib/contracts/error';

const block = 512;

/** One file of a container: its content, and the header of the archive that it came in, which holds owner and mode. */
export interface ContainerFile {
  header: Buffer;
  content: Buffer;
}

/**
 * Reads one file of a container, also of one that is stopped, through the engine's archive API (a ustar archive with one
 * entry; IEEE Std 1003.1-1988, "pax"). @throws AppError 'unsupported' when it is larger than `most` bytes or no plain
 * file; the client's error when there is none
 */
export async function readContainerFile(
  container: Docker.Container,
  path: string,
  most = 1_000_000,
): Promise<ContainerFile> {
  const stream = await container.getArchive({ path });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const part = Buffer.from(chunk as Uint8Array);
    chunks.push(part);
    bytes += part.length;
    if (bytes > most + 4 * block) throw new AppError('unsupported', `${path} of the container is too large.`);
  }
  const archive = Buffer.concat(chunks);
  const header = archive.subarray(0, block);
  const size = Number.parseInt(header.toString('latin1', 124, 136), 8);
  const type = header.toString('latin1', 156, 157);
  if (archive.length < block || !['0', '\0'].includes(type) || !Number.isInteger(size))
    throw new AppError('unsupported', `${path} of the container is no plain file.`);
  return { header: Buffer.from(header), content: archive.subarray(block, block + size) };
}

/** Writes the file back into `folder` with other content; owner and mode stay. */
export async function writeContainerFile(
  container: Docker.Container,
  folder: string,
  { header, content }: ContainerFile,
): Promise<void> {
  await container.putArchive(archiveOf(header, content), { path: folder });
}

/** An archive with one entry: the header with the size of this content. */
export function archiveOf(before: Buffer, content: Buffer): Buffer {
  const header = Buffer.from(before);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  // The checksum is the sum of the header's bytes, counted with blanks in its own place.
  header.fill(' ', 148, 156);
  const sum = header.reduce((s, byte) => s + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  const rest = (block - (content.length % block)) % block;
  return Buffer.concat([header, content, Buffer.alloc(rest + 2 * block)]);
}
