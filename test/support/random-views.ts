import * as fc from 'fast-check';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { importView, removeView, renameView, saveView } from '../../src-main/backend/commands/views.ts';
import { findEntityByAddress } from '../../src-main/backend/store/entities.ts';
import { StoreError } from '../../src-main/backend/store/errors.ts';
import type { ReadableDb } from '../../src-main/backend/store/sql.ts';
import { findView, readViewNames, type StoredView } from '../../src-main/backend/store/views.ts';
import { type ViewFile, ViewId } from '../../src-preload/contract/views.ts';

const key = fc.constantFrom('v1', 'v2', 'v3').map((id) => ViewId.parse(id));
const name = fc.constantFrom('Pumps', 'All', 'Ü 🏭');
const drawn = fc.uniqueArray(
  fc.constantFrom('plant:asset:10', 'plant:asset:12', 'other:asset:10', 'local:asset:part 1'),
  { maxLength: 3 },
);
const query = fc.constantFrom('', 'pump');

/** What is done to saved views, all by names that mean the same in any workspace. */
export const viewStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('save-view' as const, 'import-view' as const),
      key,
      name,
      query,
      drawn,
      x: fc.nat({ max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename-view' as const), key, name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove-view' as const), key }) },
);
export type ViewStep = typeof viewStep extends fc.Arbitrary<infer S> ? S : never;

/** Whether a step is one of these. */
export function isViewStep(step: { readonly do: string }): step is ViewStep {
  return step.do.endsWith('-view');
}

/** Takes one step; throws where it is refused. */
export function takeViewStep(context: CommandContext, step: ViewStep): void {
  switch (step.do) {
    case 'save-view':
      saveView(context, {
        id: step.key,
        name: step.name,
        settings: { query: step.query, filter: { text: '', mode: 'dim' }, hiddenKinds: [], viewport: null },
        entities: findDrawn(context.db, step.drawn).map((id) => ({
          id,
          x: step.x,
          y: 0,
          pinned: step.x === 1,
        })),
        roots: findDrawn(context.db, step.drawn).slice(0, 1),
        missing: null,
      });
      return;
    case 'import-view':
      importView(context, toFile(step));
      return;
    case 'rename-view':
      renameView(context, step.key, step.name);
      return;
    case 'remove-view':
      removeView(context, step.key);
  }
}

/** A view as a file holds it. */
export function toFile(step: {
  readonly key: ViewId;
  readonly name: string;
  readonly query: string;
  readonly drawn: readonly string[];
  readonly x: number;
}): ViewFile {
  return {
    format: 'weft-view',
    version: 1,
    id: step.key,
    name: step.name,
    query: step.query,
    filter: { text: '', mode: 'hide' },
    hiddenKinds: [],
    viewport: null,
    roots: step.drawn.slice(0, 1),
    entities: step.drawn.map((entity) => ({ entity, x: step.x, y: 1, pinned: false })),
  };
}

/** Only what is there can be drawn. */
function findDrawn(db: ReadableDb, addresses: readonly string[]) {
  return addresses.map((address) => {
    const found = findEntityByAddress(db, address);
    if (found === undefined || found.removed) throw new StoreError('not-found', `There is no ${address}.`);
    return found.id;
  });
}

/** A view in one line, the same in any workspace; not when it was made or saved. */
export function toViewLine({ key: id, name: called, settings, places }: StoredView): string {
  const drawing = places.map(({ address, x, y, pinned, root }) => [address, x, y, pinned, root]);
  return JSON.stringify([id, called, settings, drawing]);
}

/** All saved views, one line each. */
export function readViewLines(db: ReadableDb): string[] {
  return readViewNames(db)
    .flatMap(({ key: id }) => findView(db, id) ?? [])
    .map(toViewLine)
    .toSorted();
}
