import { z } from 'zod';
import { Spared } from './history-requests.ts';
import { EntityDetail, EntityField, EntityId, EntitySummary } from './model.ts';
import { Limit, Offset, QUERY_LENGTH, QueryName, request } from './request.ts';

/** The formats that are read and written. */
export const TransferFormat = z.enum(['csv', 'tsv', 'xlsx', 'json', 'graphml']);
export type TransferFormat = z.infer<typeof TransferFormat>;

/**
 * What the rows of a table are, and what each of its columns is. A matrix names sources in its first column, targets in
 * its first row, and has a type or a mark where they cross; its columns need no role.
 */
export const ImportSubject = z.enum(['entities', 'relationships', 'matrix', 'ignore']);
export type ImportSubject = z.infer<typeof ImportSubject>;
export const ColumnRole = z.enum([
  'source',
  'target',
  'type',
  'connection',
  'state',
  'entity',
  'name',
  'kind',
  'id',
  'archived',
  'origin',
  'attribute',
  'ignore',
]);
export type ColumnRole = z.infer<typeof ColumnRole>;

const ImportMapping = z.object({
  subject: ImportSubject,
  /** False where the first row is a row like all others. */
  header: z.boolean(),
  /** One for each column. */
  roles: z.array(ColumnRole).max(500),
});
export type ImportMapping = z.infer<typeof ImportMapping>;

/** Names what was read inside the backend, until it is forgotten or the workspace is closed. */
const ImportHandle = z.uuid();

/** How the tables are taken. */
export const ImportSettings = z.object({
  /** One for each table. */
  mappings: z.array(ImportMapping).max(100),
  /** Which entity a text means that could mean several: in one row, or in all (null). */
  choices: z
    .array(z.object({ text: z.string().max(2000), row: z.int().positive().nullable(), entityId: EntityId }))
    .max(10_000),
  /** The kind of entities that have none of their own. */
  kind: z
    .string()
    .trim()
    .min(1, 'A kind has 1 to 100 characters.')
    .max(100, 'A kind has 1 to 100 characters.')
    .refine((kind) => !kind.includes(':'), 'A kind holds no colon.'),
  /** Makes an end that is not there, as an entity of the workspace’s own of that kind. */
  createMissing: z.boolean(),
  /** Keeps all relationships in the workspace, also those that a remote could have. */
  local: z.boolean(),
});
export type ImportSettings = z.infer<typeof ImportSettings>;

const ImportCounts = z.object({
  create: z.int(),
  update: z.int(),
  unchanged: z.int(),
  refused: z.int(),
  /** Rows that wait for a choice between several entities. */
  choice: z.int(),
  /** Entities that are made for ends of taken rows that are not there; beside what is counted by rows. */
  made: z.int(),
  /** Values of entities that an empty cell takes away. */
  removedValues: z.int(),
});
export type ImportCounts = z.infer<typeof ImportCounts>;

/** How many types and views of an export an import takes over beside its rows. */
const ImportCarried = z.object({ types: z.int(), views: z.int() });

/** A table as it was read, with the first guess of how it is taken. */
const ImportTable = z.object({
  name: z.string(),
  rows: z.int(),
  columns: z.array(z.object({ name: z.string(), sample: z.array(z.string()) })),
  mapping: ImportMapping,
});
export type ImportTable = z.infer<typeof ImportTable>;

/** What becomes of one row. Code, message and column are null where there is nothing to say of it. */
export const ImportVerdict = z.object({
  table: z.string(),
  row: z.int(),
  outcome: z.enum(['create', 'update', 'unchanged', 'refused', 'choice']),
  code: z.string().nullable(),
  message: z.string().nullable(),
  column: z.string().nullable(),
  cells: z.array(z.string()),
  /** The text that can mean several entities, and those; or one that names none, and what is alike. */
  text: z.string().nullable(),
  candidates: z.array(EntitySummary),
  /** How many it can mean in all: only the first are listed. */
  candidateCount: z.int(),
});
export type ImportVerdict = z.infer<typeof ImportVerdict>;

/** The most characters of a text that is pasted. */
export const PASTE_LENGTH = 20_000_000;
const Path = z.string().min(1).max(4096);

const ImportSource = z.union([
  z.object({ paths: z.array(Path).min(1).max(10) }).strict(),
  z
    .object({
      text: z.string().max(PASTE_LENGTH, 'That is too much to paste: save it to a file and import the file.'),
      format: z.enum(['csv', 'tsv', 'json', 'graphml']),
    })
    .strict(),
]);

export const ExportManifest = z.object({
  format: z.literal('weft-manifest'),
  version: z.literal(1),
  app: z.object({ name: z.string(), version: z.string() }),
  workspace: z.string(),
  exportedAt: z.string(),
  /** The query that chose the entities; empty for all. */
  filter: z.string(),
  counts: z.object({ entities: z.int(), relationships: z.int() }),
  files: z.array(z.object({ name: z.string(), bytes: z.int(), sha256: z.string() })),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

const Name = z.string().trim().min(1, 'An entity needs a name.').max(1000);
const Fields = z.array(EntityField.extend({ name: z.string().min(1).max(200) })).max(500);

/** Import, export, and the entities that no remote has. */
export const transferRequests = {
  /**
   * Reads files or a pasted text and guesses how they are taken. Changes nothing. Progress arrives as events. Who wants to
   * follow or to cancel it names it by a handle of their own, which is new; a reading that is cancelled leaves nothing.
   */
  'import:inspect': request(
    z.object({ source: ImportSource, handle: ImportHandle.optional() }),
    z.object({
      handle: ImportHandle,
      tables: z.array(ImportTable),
      /** The files that are not as the manifest beside them says they were written. */
      changed: z.array(z.string()),
    }),
  ),
  /** The dry run: a verdict on every row, told by pages. Exactly what a commit would do now. */
  'import:preview': request(
    z.object({
      handle: ImportHandle,
      settings: ImportSettings,
      only: z.enum(['all', 'taken', 'rejected']),
      offset: Offset,
      limit: Limit,
    }),
    z.object({
      counts: ImportCounts,
      carried: ImportCarried,
      /** The first of the entities that are made for missing ends. */
      made: z.array(z.object({ address: z.string(), name: z.string(), kind: z.string() })),
      total: z.int(),
      rows: z.array(ImportVerdict),
    }),
  ),
  /**
   * Imports all rows that are taken, in one transaction and one entry of the history. Progress arrives as events. A
   * commit that is cancelled leaves nothing.
   */
  'import:commit': request(
    z.object({ handle: ImportHandle, settings: ImportSettings }),
    z.object({
      counts: ImportCounts,
      carried: ImportCarried,
      historyId: z.int().positive().nullable(),
      label: z.string(),
    }),
  ),
  /** Writes the rejected rows with their numbers and messages to a CSV, TSV or XLSX file; answers with how many. */
  'import:save-errors': request(
    z.object({ handle: ImportHandle, settings: ImportSettings, path: Path }),
    z.object({ rows: z.int() }),
  ),
  /** Ends what runs for it with `cancelled`, its reading too; nothing where nothing runs. */
  'import:cancel': request(z.object({ handle: ImportHandle }), z.null()),
  /** Lets go of what was read. */
  'import:forget': request(z.object({ handle: ImportHandle }), z.null()),
  /** Takes an import back in one step; what was edited since is spared and named. */
  'import:rollback': request(
    z.object({ historyId: z.int().positive() }),
    z.object({
      label: z.string(),
      entities: z.int(),
      relationships: z.int(),
      sparedCount: z.int(),
      spared: z.array(Spared),
    }),
  ),

  /** Writes the entities that a query finds, the relationships between two of them, and a manifest beside. */
  'export:write': request(
    z.object({
      path: Path,
      format: TransferFormat,
      query: z.string().max(QUERY_LENGTH),
      name: QueryName,
    }),
    z.object({ manifest: ExportManifest, paths: z.array(z.string()) }),
  ),

  'entities:create': request(
    z.object({
      kind: z
        .string()
        .trim()
        .min(1)
        .max(100)
        .refine((kind) => !kind.includes(':'), 'A kind holds no colon.'),
      /** Its id among those of its kind; the name where none is given. */
      localId: z.string().min(1).max(1000).optional(),
      name: Name,
      fields: Fields,
    }),
    EntityDetail,
  ),
  /** What is not given stays. Only entities of the workspace’s own are changed. */
  'entities:edit': request(
    z.object({
      id: EntityId,
      name: Name.optional(),
      archived: z.boolean().optional(),
      fields: Fields.optional(),
    }),
    EntityDetail,
  ),
  'entities:delete': request(z.object({ id: EntityId }), z.null()),
} as const;
