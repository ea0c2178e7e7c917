import * as fc from 'fast-check';
import type { CommandContext } from '../../src-main/backend/commands/context.ts';
import { importRows } from '../../src-main/backend/commands/import-rows.ts';
import {
  createLocalEntity,
  deleteLocalEntity,
  editLocalEntity,
} from '../../src-main/backend/commands/local-entities.ts';
import { rollbackImport } from '../../src-main/backend/commands/rollback-import.ts';
import { readHistoryPage } from '../../src-main/backend/store/history-page.ts';
import { findLocalEntity } from '../../src-main/backend/store/local-entities.ts';
import { runToEnd } from '../../src-main/backend/store/slices.ts';
import { all, type ReadableDb, transaction } from '../../src-main/backend/store/sql.ts';
import { planImport } from '../../src-main/backend/transfer/plan-import.ts';
import { EntityId, LOCAL_CONNECTION_ID } from '../../src-preload/contract/model.ts';
import { readEntityAsOf, readEntityPage } from './at-once.ts';

const name = fc.constantFrom('Building', 'Boiler', 'Pump', 'Elsewhere', 'part 1', 'part 2', 'part 3');
const own = fc.constantFrom('1', '2', '3').map((number) => `part ${number}`);
const type = fc.constantFrom('', 'feeds', 'contains');

/** Imports, what takes them back, and what is done by hand to entities of the workspace's own. */
export const importStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('import' as const),
      links: fc.array(fc.tuple(name, type, name), { maxLength: 4 }),
      parts: fc.array(fc.tuple(own, fc.constantFrom('small', 'large', '007')), { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rollback' as const), pick: fc.nat({ max: 5 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('make-own' as const, 'rename-own' as const, 'remove-own' as const),
      own,
      to: fc.constantFrom('Ü 🏭', 'other'),
    }),
  },
);
export type ImportStep = typeof importStep extends fc.Arbitrary<infer S> ? S : never;

/** Whether a step is one of these. */
export function isImportStep(step: { readonly do: string }): step is ImportStep {
  return ['import', 'rollback', 'make-own', 'rename-own', 'remove-own'].includes(step.do);
}

/** Takes one step; throws where it is refused. */
export function takeImportStep(context: CommandContext, step: ImportStep): void {
  switch (step.do) {
    case 'import':
      importSheets(context, step);
      return;
    case 'rollback':
      rollbackSome(context, step.pick);
      return;
    case 'make-own':
      createLocalEntity(context, {
        kind: 'asset',
        localId: step.own,
        name: step.own,
        archived: false,
        fields: [],
      });
      return;
    case 'rename-own':
    case 'remove-own': {
      const found = findLocalEntity(context.db, 'asset', step.own);
      if (found === undefined) return;
      if (step.do === 'remove-own') deleteLocalEntity(context, found.id);
      else editLocalEntity(context, found.id, { name: step.to });
    }
  }
}

function importSheets(context: CommandContext, step: Extract<ImportStep, { do: 'import' }>): void {
  const toRows = (rows: readonly (readonly string[])[]) =>
    rows.map((cells, index) => ({ number: index + 2, cells: [...cells] }));
  const sheets = [
    { name: 'parts.csv', columns: ['id', 'size'], rows: toRows(step.parts) },
    { name: 'links.csv', columns: ['source', 'type', 'target'], rows: toRows(step.links) },
  ];
  const mappings = [
    { subject: 'entities' as const, header: true, roles: ['id', 'attribute'] as const },
    { subject: 'relationships' as const, header: true, roles: ['source', 'type', 'target'] as const },
  ];
  const settings = { mappings, choices: [], kind: 'asset', createMissing: true, local: false };
  transaction(context.db, () => {
    const { counts, wanted } = runToEnd(planImport(context, sheets, settings, 'Import links.csv'));
    if (counts.create + counts.update > 0) runToEnd(importRows(context, wanted));
  });
}

function rollbackSome(context: CommandContext, index: number): void {
  const imports = readHistoryPage(context.db, { offset: 0, limit: 500 }).rows.filter(({ label }) =>
    label.startsWith('Import '),
  );
  const entry = imports[index % Math.max(imports.length, 1)];
  if (entry !== undefined) rollbackImport(context, entry.id);
}

/** The workspace's own entities that are there, with what is said of them. */
export function readOwnEntities(db: ReadableDb): string[] {
  return readEntityPage(
    db,
    { search: '', kinds: [], connectionId: LOCAL_CONNECTION_ID },
    { offset: 0, limit: 500 },
  )
    .rows.filter(({ removed }) => !removed)
    .map(({ id, name: called }) => {
      const { fields } = readEntityAsOf(db, '9999-01-01T00:00:00.000Z', id);
      return `${id} ${called} ${JSON.stringify(fields)}`;
    })
    .toSorted();
}

/** The same at a past moment, read from the history. */
export function readOwnEntitiesAsOf(db: ReadableDb, at: string): string[] {
  return all<{ id: number }>(db, 'SELECT id FROM entity WHERE connection_id = 0')
    .map(({ id }) => readEntityAsOf(db, at, EntityId.parse(id)))
    .filter(({ known, removed }) => known && !removed)
    .map(({ id, name: called, fields }) => `${id} ${called} ${JSON.stringify(fields)}`)
    .toSorted();
}
