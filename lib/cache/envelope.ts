import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** A value as Redis holds it, apart from the versions of its tags. */
export interface Envelope {
  json: string;
  /** When it stops being served, ms since 1970. */
  expiresAt: number;
  /** How long loading it took, ms. */
  loadMs: number;
}

export interface Packed {
  bytes: Buffer;
  /** Bytes of the JSON, before compression. */
  rawBytes: number;
}

const headerBytes = 13;
const plain = 0;
const brotli = 1;

/** Larger bodies are packed in the thread pool: the event loop goes on meanwhile. Bytes. */
const largeBytes = 64 * 1024;

/** Compression that saves less is not worth undoing at each read. */
const worthwhile = 0.9;

// Brotli at quality 1: of the codecs that Node 20 has, the smallest result for its time on JSON of 8 kB
// (`npm run bench -- cache` measures it).
const options = (size: number) => ({
  params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 1,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: size,
  },
});
const brotliCompress = promisify<zlib.InputType, zlib.BrotliOptions, Buffer>(zlib.brotliCompress);
const brotliDecompress = promisify<zlib.InputType, Buffer>(zlib.brotliDecompress);

/** Packs a value; the JSON is compressed when it has at least `thresholdBytes` and shrinks by a tenth. */
export async function pack(envelope: Envelope, thresholdBytes: number): Promise<Packed> {
  const raw = Buffer.from(envelope.json);
  let body: Buffer = raw;
  if (raw.length >= thresholdBytes) {
    const compressed =
      raw.length >= largeBytes
        ? await brotliCompress(raw, options(raw.length))
        : zlib.brotliCompressSync(raw, options(raw.length));
    if (compressed.length <= raw.length * worthwhile) body = compressed;
  }
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(body === raw ? plain : brotli, 0);
  header.writeDoubleLE(envelope.expiresAt, 1);
  header.writeUInt32LE(Math.min(2 ** 32 - 1, Math.round(envelope.loadMs * 1000)), 9);
  return { bytes: Buffer.concat([header, body]), rawBytes: raw.length };
}

/** Reads what `pack` wrote. @throws when the bytes are not a packed value. */
export async function unpack(bytes: Buffer): Promise<Envelope> {
  const codec = bytes.readUInt8(0);
  if (codec !== plain && codec !== brotli) throw new Error(`unknown codec ${codec} of a cached value`);
  const expiresAt = bytes.readDoubleLE(1);
  const loadMs = bytes.readUInt32LE(9) / 1000;
  const body = bytes.subarray(headerBytes);
  const json = codec === plain ? body : await inflated(body);
  return { json: json.toString('utf8'), expiresAt, loadMs };
}

async function inflated(body: Buffer): Promise<Buffer> {
  return body.length >= largeBytes ? brotliDecompress(body) : zlib.brotliDecompressSync(body);
}
