import { type Cell, decodePage, PAGE_BYTES } from './b-tree-page.ts';
import { fits, type KnownSchema, SCHEMA_TABLE, type Shape } from './shapes.ts';

/** What the pages of a file tell of whose they are, where its list of tables does not. */
export interface Pages {
  /** Those that are a page of a tree, by number. */
  readonly trees: ReadonlyMap<number, PageFacts>;
  /** All others, with the number that such a page begins with where a long row goes on in it: that of the next. */
  readonly others: ReadonlyMap<number, number>;
  /** Rows of the list of tables that can still be read. */
  readonly listed: readonly Listed[];
}

interface PageFacts {
  readonly of: 'table' | 'index';
  readonly children: readonly number[];
  /** Pages on which its long rows go on. */
  readonly overflow: readonly number[];
  /** Whose rows these can be; null where it has none. */
  readonly shapes: ReadonlySet<Shape> | null;
  /** The lowest and the highest row id. */
  readonly range: readonly [number, number] | null;
}

/** A row of the list of tables. */
export interface Listed {
  readonly name: string;
  readonly root: number;
  readonly sql: string | null;
  /** The page it lies in. */
  readonly page: number;
}

/** Where the rows of a table are. */
export interface Found {
  readonly shape: Shape;
  /** More than one where the pages above them are lost; in the order of their rows. */
  readonly roots: readonly Root[];
  /** Whether there may have been more. */
  readonly isDoubtful: boolean;
}

/** A page under which rows hang, and the last row id of those. */
export interface Root {
  readonly page: number;
  readonly last: number;
}

/** Looks at every page of a file. `tell` is told how many are done. */
export function readPages(
  read: (page: number) => Buffer,
  count: number,
  shapes: readonly Shape[],
  tell: (done: number) => void,
): Pages {
  const trees = new Map<number, PageFacts>();
  const others = new Map<number, number>();
  const listed: Listed[] = [];
  for (let number = 1; number <= count; number += 1) {
    const bytes = read(number);
    const page = decodePage(bytes, number === 1 ? 100 : 0);
    if (page === null) {
      others.set(number, bytes.readUInt32BE(0));
    } else {
      const facts: PageFacts = {
        of: page.of,
        children: page.children,
        overflow: page.cells.flatMap(({ next }) => (next === null ? [] : [next])),
        shapes: findShapes(shapes, page.of, page.cells),
        range: toRange(page.cells),
      };
      trees.set(number, facts);
      if (isOnly(facts.shapes, SCHEMA_TABLE))
        listed.push(...page.cells.map((cell) => toListed(cell, number)));
    }
    if (number % 256 === 0 || number === count) tell(number);
  }
  return { trees, others, listed };
}

function findShapes(shapes: readonly Shape[], of: Shape['of'], cells: readonly Cell[]): Set<Shape> | null {
  if (cells.length === 0) return null;
  let possible = shapes.filter((shape) => shape.of === of);
  for (const cell of cells) {
    possible = possible.filter((shape) => fits(shape, cell));
    if (possible.length === 0) break;
  }
  return new Set(possible);
}

function isOnly(shapes: ReadonlySet<Shape> | null, name: string): boolean {
  const [first, ...others] = shapes ?? [];
  return first?.name === name && others.length === 0;
}

function toRange(cells: readonly Cell[]): readonly [number, number] | null {
  const [first, last] = [cells[0], cells.at(-1)];
  return first === undefined || last === undefined ? null : [first.rowId, last.rowId];
}

function toListed(cell: Cell, page: number): Listed {
  return {
    name: cell.readText(1, PAGE_BYTES) ?? '',
    root: cell.readInteger(3),
    sql: (cell.types[4] ?? 0) === 0 ? null : (cell.readText(4, PAGE_BYTES) ?? ''),
    page,
  };
}

/** The version whose tables these rows tell of; the newest of those that agree alike. Pure. */
export function toVersion(schemas: readonly KnownSchema[], listed: readonly Listed[]): number | null {
  const agreeing = schemas.map(({ version, texts }) => ({
    version,
    count: listed.filter(({ name, sql }) => sql !== null && texts.get(name) === sql).length,
  }));
  const most = Math.max(...agreeing.map(({ count }) => count));
  return agreeing.findLast(({ count }) => count === most)?.version ?? null;
}

/** All that hangs below a page which hangs below none. */
interface Tree {
  readonly top: number;
  readonly of: Shape['of'];
  /** Whose rows all of these can be; null where there are none. */
  readonly shapes: ReadonlySet<Shape> | null;
  readonly range: readonly [number, number] | null;
}

/**
 * Finds the rows of each table. A page belongs to a table where all that is in it can be of that table only, or where
 * the list of tables says so and all of it fits. `free` are the pages that nobody uses, which hold what was removed;
 * null where they are not known: then only what the list of tables says is believed, and where a new file has a table
 * if all that it says is as in a new file. Tables that are not answered are lost. Pure.
 */
export function findTables(pages: Pages, schema: KnownSchema, free: ReadonlySet<number> | null): Found[] {
  const trees = findTrees(pages, free);
  const told = findTold(pages, schema, free);
  const claimed = new Map([...told].filter(([shape, root]) => isOf(trees.get(root), shape)));
  const taken = new Set(claimed.values());
  const others = [...trees.values()].filter(({ top }) => !taken.has(top));
  const isLikeNew = claimed.size > 0 && [...claimed].every(([shape, root]) => root === shape.freshRoot);
  const believes = (tree: Tree, shape: Shape) =>
    tree.shapes?.size === 1 && (free !== null || (isLikeNew && tree.top === shape.freshRoot));
  const found: Found[] = [];
  const without: Shape[] = [];
  for (const shape of schema.shapes.filter(({ name }) => name !== SCHEMA_TABLE)) {
    const own = trees.get(claimed.get(shape) ?? 0);
    const alike = others.filter(({ shapes }) => shapes?.has(shape) === true);
    const certain = alike.filter((tree) => believes(tree, shape));
    // what hangs below the page that the list names tells itself what is missing
    const isDoubtful = own === undefined && alike.length > (certain[0]?.top === shape.freshRoot ? 1 : 0);
    const roots = own === undefined ? toRoots(shape, certain) : [toRoot(own)];
    if (roots.length > 0) found.push({ shape, roots, isDoubtful });
    else if (alike.length === 0 && !told.has(shape)) without.push(shape);
  }
  const isComplete = free !== null && isAllKnown(pages, free);
  return [...found, ...(isComplete ? findEmpty(without, others) : [])].filter(
    ({ shape }) => shape.createSql !== null,
  );
}

/** Tables without any row, which have a page without any: asked only where no page is lost that could have been theirs. */
function findEmpty(without: readonly Shape[], trees: readonly Tree[]): Found[] {
  return (['table', 'index'] as const).flatMap((of) => {
    const empty = trees.filter((tree) => tree.of === of && tree.shapes === null);
    return without
      .filter((shape) => shape.of === of)
      .flatMap((shape, index) => {
        const root = empty[index]?.top;
        return root === undefined ? [] : [{ shape, roots: [{ page: root, last: 0 }], isDoubtful: false }];
      });
  });
}

/** Whether each page is of a tree, below one, the rest of a long row, or used by nobody. */
function isAllKnown({ trees, others }: Pages, free: ReadonlySet<number>): boolean {
  const known = new Set(free).add(1);
  for (const [page, { children, overflow }] of trees) {
    if (free.has(page)) continue;
    for (const child of children) known.add(child);
    for (const first of overflow) {
      for (let at = first; others.has(at) && !known.has(at); at = others.get(at) ?? 0) known.add(at);
    }
  }
  return [...others.keys()].every((page) => known.has(page));
}

/** What the list of tables says, where it does not say two things. */
function findTold(
  { listed }: Pages,
  { shapes }: KnownSchema,
  free: ReadonlySet<number> | null,
): ReadonlyMap<Shape, number> {
  return new Map(
    shapes.flatMap((shape) => {
      const rows = listed.filter(({ name, page }) => name === shape.name && free?.has(page) !== true);
      const [root, ...others] = new Set(rows.map((row) => row.root));
      return root === undefined || others.length > 0 ? [] : [[shape, root] as const];
    }),
  );
}

function isOf(tree: Tree | undefined, shape: Shape): boolean {
  return tree !== undefined && tree.of === shape.of && (tree.shapes === null || tree.shapes.has(shape));
}

function findTrees({ trees }: Pages, free: ReadonlySet<number> | null): ReadonlyMap<number, Tree> {
  const live = [...trees].filter(([page]) => free?.has(page) !== true);
  const below = new Set(live.flatMap(([, { children }]) => children));
  return new Map(
    live.flatMap(([page]) => {
      const tree = page === 1 || below.has(page) ? null : lookBelow(trees, page);
      return tree === null ? [] : [[page, tree] as const];
    }),
  );
}

/** Null where what hangs below cannot be of one table: a page twice, or of another kind. Pages that are lost are passed over. */
function lookBelow(trees: Pages['trees'], top: number): Tree | null {
  const seen = new Set<number>();
  const waiting = [top];
  const { of } = trees.get(top) ?? {};
  if (of === undefined) return null;
  let shapes: Shapes = null;
  let range: Range = null;
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (seen.has(page)) return null;
    seen.add(page);
    const facts = trees.get(page);
    if (facts === undefined) continue;
    if (facts.of !== of) return null;
    waiting.push(...facts.children);
    shapes = narrow(shapes, facts.shapes);
    range = span(range, facts.range);
  }
  return { top, of, shapes, range };
}

type Shapes = ReadonlySet<Shape> | null;

function narrow(one: Shapes, other: Shapes): Shapes {
  if (one === null || other === null) return one ?? other;
  return new Set([...one].filter((shape) => other.has(shape)));
}

type Range = readonly [number, number] | null;

function span(one: Range, other: Range): Range {
  if (one === null || other === null) return one ?? other;
  return [Math.min(one[0], other[0]), Math.max(one[1], other[1])];
}

/** What was one tree before pages above were lost: in the order of row ids, and only if none of it overlaps. */
function toRoots({ of }: Shape, certain: readonly Tree[]): Root[] {
  if (certain.length < 2) return certain.map(toRoot);
  const parts = certain
    .flatMap(({ top, range }) => (range === null ? [] : [{ top, range }]))
    .toSorted((a, b) => a.range[0] - b.range[0]);
  const overlaps = parts.some(({ range }, index) => {
    const next = parts[index + 1];
    return next !== undefined && next.range[0] <= range[1];
  });
  return of === 'table' && !overlaps ? parts.map(toRoot) : [];
}

function toRoot({ top, range }: Pick<Tree, 'top' | 'range'>): Root {
  return { page: top, last: range?.[1] ?? 0 };
}
