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
/** 1 was another codec: a value that still has it is read as a miss. */
const deflate = 2;

/** Larger bodies are packed in the thread pool: the event loop goes on meanwhile. Bytes. */
const largeBytes = 64 * 1024;

/** Compression that saves less is not worth undoing at each read. */
const worthwhile = 0.9;

// Raw deflate at level 6: of the codecs that Node 20 has, the smallest of those that take less time on JSON of 8 kB than a
// Redis GET, and the quickest to undo, which happens more often (`npm run bench -- cache` measures it on nine kinds of JSON).
// A window as large as the value loses nothing, and making one of 32 kB for 8 kB costs a tenth of the time.
const options = (size: number) => ({
  level: 6,
  windowBits: Math.min(15, Math.max(13, Math.ceil(Math.log2(size)))),
});
const deflateLarge = promisify<zlib.InputType, zlib.ZlibOptions, Buffer>(zlib.deflateRaw);
const inflateLarge = promisify<zlib.InputType, Buffer>(zlib.inflateRaw);

/** Packs a value; the JSON is compressed when it has at least `thresholdBytes` and shrinks by a tenth. */
export async function pack(envelope: Envelope, thresholdBytes: number): Promise<Packed> {
  const raw = Buffer.from(envelope.json);
  let body: Buffer = raw;
  if (raw.length >= thresholdBytes) {
    const compressed =
      raw.length >= largeBytes
        ? await deflateLarge(raw, options(raw.length))
        : zlib.deflateRawSync(raw, options(raw.length));
    if (compressed.length <= raw.length * worthwhile) body = compressed;
  }
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(body === raw ? plain : deflate, 0);
  header.writeDoubleLE(envelope.expiresAt, 1);
  header.writeUInt32LE(Math.min(2 ** 32 - 1, Math.round(envelope.loadMs * 1000)), 9);
  return { bytes: Buffer.concat([header, body]), rawBytes: raw.length };
}

/**
 * Reads what `pack` wrote, from `start` of the bytes on; large values in the thread pool, which is the only reason to
 * wait. @throws when the bytes are not a packed value.
 */
export function unpack(bytes: Buffer, start = 0): Envelope | Promise<Envelope> {
  const codec = bytes.readUInt8(start);
  if (codec !== plain && codec !== deflate) throw new Error(`unknown codec ${codec} of a cached value`);
  const expiresAt = bytes.readDoubleLE(start + 1);
  const loadMs = bytes.readUInt32LE(start + 9) / 1000;
  const from = start + headerBytes;
  if (codec === plain) return { json: bytes.toString('utf8', from), expiresAt, loadMs };
  const body = bytes.subarray(from);
  const opened = (raw: Buffer): Envelope => ({ json: raw.toString('utf8'), expiresAt, loadMs });
  return body.length >= largeBytes ? inflateLarge(body).then(opened) : opened(zlib.inflateRawSync(body));
}
