/** What one page of a database file holds, read without SQLite. Source: sqlite.org/fileformat2.html, 1.6 and 2.1. */

/** The size of every page of a workspace: SQLite's own choice, which Weft has never changed. */
export const PAGE_BYTES = 4096;

/** A page of a tree: of a table with row ids, or of an index, which a table without row ids is as well. */
export interface TreePage {
  readonly of: 'table' | 'index';
  /** The pages below it, from left to right; none of a leaf. */
  readonly children: readonly number[];
  readonly cells: readonly Cell[];
}

/** One row or entry as it lies in a page; what is too long for the page goes on elsewhere and is not read. */
export interface Cell {
  /** 0 where it is of an index. */
  readonly rowId: number;
  /** SQLite's number for what kind of value each column holds. */
  readonly types: readonly number[];
  /** The page on which it goes on; null where all of it is here. */
  readonly next: number | null;
  /** The start of a column's text; undefined where it does not lie in this page. */
  readText(column: number, most?: number): string | undefined;
  /** The value of a column that holds an integer. */
  readInteger(column: number): number;
}

const kinds: ReadonlyMap<number, { readonly of: TreePage['of']; readonly isLeaf: boolean }> = new Map([
  [2, { of: 'index', isLeaf: false }],
  [5, { of: 'table', isLeaf: false }],
  [10, { of: 'index', isLeaf: true }],
  [13, { of: 'table', isLeaf: true }],
]);

/** A value that could not be made sense of. */
const malformed = Symbol('malformed');
type Malformed = typeof malformed;

/** Null where the bytes are no page of a tree, or one of which anything is malformed. Pure. */
export function decodePage(bytes: Buffer, start = 0): TreePage | null {
  const kind = kinds.get(bytes[start] ?? 0);
  if (kind === undefined) return null;
  const count = bytes.readUInt16BE(start + 3);
  const pointers = start + (kind.isLeaf ? 8 : 12);
  const children: number[] = [];
  const cells: Cell[] = [];
  if (pointers + 2 * count > bytes.length) return null;
  for (let index = 0; index < count; index += 1) {
    let at = bytes.readUInt16BE(pointers + 2 * index);
    if (at < pointers + 2 * count || at + 4 > bytes.length) return null;
    if (!kind.isLeaf) {
      children.push(bytes.readUInt32BE(at));
      at += 4;
    }
    if (kind.of === 'table' && !kind.isLeaf) continue;
    const cell = decodeCell(bytes, at, kind.of === 'table');
    if (cell === malformed) return null;
    cells.push(cell);
  }
  if (!kind.isLeaf) children.push(bytes.readUInt32BE(start + 8));
  return { of: kind.of, children, cells };
}

function decodeCell(bytes: Buffer, at: number, hasRowId: boolean): Cell | Malformed {
  const size = readVarint(bytes, at);
  const rowId = hasRowId ? readVarint(bytes, size.end) : { value: 0, end: size.end };
  const start = rowId.end;
  const header = readVarint(bytes, start);
  const body = start + header.value;
  if (header.value === 0 || body > bytes.length) return malformed;
  const types: number[] = [];
  let length = header.value;
  let next = header.end;
  while (next < body) {
    const type = readVarint(bytes, next);
    if (type.value === 10 || type.value === 11) return malformed; // never in a file
    types.push(type.value);
    length += toLength(type.value);
    next = type.end;
  }
  if (next !== body || length !== size.value) return malformed;
  const kept = toKept(size.value, hasRowId);
  const end = start + kept;
  if (end + (kept < size.value ? 4 : 0) > bytes.length) return malformed;
  const startOf = (column: number) =>
    types.slice(0, column).reduce((offset, type) => offset + toLength(type), body);
  return {
    rowId: rowId.value,
    types,
    next: kept < size.value ? bytes.readUInt32BE(end) : null,
    readText: (column, most = 40) => {
      const from = startOf(column);
      const to = from + Math.min(most, toLength(types[column] ?? 0));
      return to > end ? undefined : bytes.toString('utf8', from, to);
    },
    readInteger: (column) => {
      const type = types[column] ?? 0;
      if (type === 8 || type === 9) return type - 8;
      const [from, width] = [startOf(column), toLength(type)];
      return width > 0 && width <= 6 && from + width <= bytes.length ? bytes.readIntBE(from, width) : 0;
    },
  };
}

/** How much of a row lies in its page. Source: sqlite.org/fileformat2.html, 1.6, where the names stand. */
function toKept(size: number, hasRowId: boolean): number {
  const x = hasRowId ? PAGE_BYTES - 35 : Math.floor(((PAGE_BYTES - 12) * 64) / 255) - 23;
  if (size <= x) return size;
  const m = Math.floor(((PAGE_BYTES - 12) * 32) / 255) - 23;
  const k = m + ((size - m) % (PAGE_BYTES - 4));
  return k <= x ? k : m;
}

function toLength(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][type] ?? 0;
}

/** Big-endian, seven bits a byte; the ninth byte counts whole. */
function readVarint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value: value * 256 + (bytes[at + 8] ?? 0), end: at + 9 };
}
