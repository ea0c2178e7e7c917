import { Inflate } from 'fflate';
import { type Piece, STRIDE } from './reading.ts';

/** A file inside a zip, still packed. */
export interface ZipEntry {
  readonly packed: Uint8Array;
  readonly isDeflated: boolean;
}

const END = 0x06054b50;
const END_BYTES = 22;
const END_64 = 0x06064b50;
const END_64_PLACE = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
/** The largest comment that may stand after the end of a zip. */
const COMMENT = 0xffff;
/** Stands where a number is too large for its place. */
const LARGE = 0xffffffff;
/** Packed bytes that are unpacked in one turn; each may come to a thousand. */
const PACKED = 16 * 1024;

/** What is wrong with a zip. */
export class ZipError extends Error {}

/** The files of a zip by name, as its list at the end says. Throws ZipError where it is no zip that can be read. */
export function readZip(bytes: Uint8Array): Map<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readEntries(bytes, view);
  } catch (cause) {
    if (cause instanceof RangeError) throw new ZipError('It ends too early.', { cause });
    throw cause;
  }
}

function readEntries(bytes: Uint8Array, view: DataView): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>();
  let { at, count } = findList(view);
  for (; count > 0; count -= 1) {
    if (view.getUint32(at, true) !== ENTRY) throw new ZipError('Its list is broken.');
    const method = view.getUint16(at + 10, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((from) =>
      view.getUint16(at + from, true),
    );
    const name = at + 46;
    const extra = name + (nameLength ?? 0);
    const next = extra + (extraLength ?? 0) + (commentLength ?? 0);
    const { size, local } = readPlace(view, { at, extra, end: extra + (extraLength ?? 0) });
    if (method === 0 || method === 8) {
      const packed = readPacked(bytes, view, local, size);
      entries.set(new TextDecoder().decode(bytes.subarray(name, extra)), {
        packed,
        isDeflated: method === 8,
      });
    }
    at = next;
  }
  return entries;
}

/** Where the list of files begins, and how many it has. */
function findList(view: DataView): { at: number; count: number } {
  const first = Math.max(0, view.byteLength - END_BYTES - COMMENT);
  let end = view.byteLength - END_BYTES;
  while (end >= first && view.getUint32(end, true) !== END) end -= 1;
  if (end < first) throw new ZipError('It has no list of files.');
  const [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  const place = end - 20;
  if (place < 0 || view.getUint32(place, true) !== END_64_PLACE) return { at, count };
  const large = readLarge(view, place + 8);
  if (view.getUint32(large, true) !== END_64) throw new ZipError('Its list is broken.');
  return { at: readLarge(view, large + 48), count: readLarge(view, large + 32) };
}

/** How large a file is packed, and where it begins; both may stand among the extras of a large zip. */
function readPlace(
  view: DataView,
  { at, extra, end }: { readonly at: number; readonly extra: number; readonly end: number },
): { size: number; local: number } {
  const [unpacked, size, local] = [24, 20, 42].map((from) => view.getUint32(at + from, true));
  for (let field = extra; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) !== 1) continue;
    let from = field + 4;
    const read = (small: number | undefined) => {
      if (small !== LARGE) return small ?? 0;
      from += 8;
      return readLarge(view, from - 8);
    };
    read(unpacked);
    return { size: read(size), local: read(local) };
  }
  return { size: size ?? 0, local: local ?? 0 };
}

function readLarge(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

function readPacked(bytes: Uint8Array, view: DataView, local: number, size: number): Uint8Array {
  if (view.getUint32(local, true) !== LOCAL) throw new ZipError('A file of it is not where its list says.');
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (from + size > bytes.length) throw new ZipError('It ends too early.');
  return bytes.subarray(from, from + size);
}

/** Unpacks a file piece by piece, each with what part of it was unpacked for it. Throws ZipError where it cannot be. */
export function* unpackEntry({ packed, isDeflated }: ZipEntry): Generator<Piece<Uint8Array>> {
  const unpacked: Uint8Array[] = [];
  const inflate = new Inflate((piece) => unpacked.push(piece));
  for (let from = 0; from < packed.length; from += PACKED) {
    const piece = packed.subarray(from, from + PACKED);
    const part = piece.length / packed.length;
    if (isDeflated) {
      push(inflate, piece, from + PACKED >= packed.length);
      for (const whole of unpacked.splice(0)) yield* cutBytes(whole, part);
    } else yield { piece, part };
  }
}

/** Well packed bytes come to very many: they are handed on a few at a time. */
function* cutBytes(whole: Uint8Array, part: number): Generator<Piece<Uint8Array>> {
  for (let from = 0; from < whole.length; from += STRIDE) {
    const piece = whole.subarray(from, from + STRIDE);
    yield { piece, part: (part * piece.length) / whole.length };
  }
}

function push(inflate: Inflate, piece: Uint8Array, isLast: boolean): void {
  try {
    inflate.push(piece, isLast);
  } catch (cause) {
    throw new ZipError('A file of it cannot be unpacked.', { cause });
  }
}
