import { basename, dirname, extname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import type { ExportManifest } from '../../src-preload/contract/transfer-requests.ts';
import { besideOthers } from './beside-others.ts';
import { createLateTeller, type LateTeller } from './late-teller.ts';
import { must } from './must.ts';
import { parseQuery } from './query/parse.ts';
import type { Session } from './session.ts';
import {
  readEntityIdPages,
  readExportedConnections,
  readExportedEntities,
  readRelationshipsFrom,
} from './store/export-rows.ts';
import { toParts } from './store/parts.ts';
import { toCondition } from './store/query-sql.ts';
import type { ReadableDb } from './store/sql.ts';
import { readView, readViewNames } from './store/views.ts';
import { readVocabulary } from './store/vocabulary.ts';
import { type Columns, type Content, createColumnNotes } from './transfer/export-content.ts';
import { createDrafts, type Drafts, type SavedFile } from './transfer/save-files.ts';
import { toViewFile } from './transfer/view-file.ts';
import { toFiles } from './transfer/write-export.ts';
import { type Paced, QueryCancelled, runPaced } from './traverse/pace.ts';

type Wanted = ParsedParams<'export:write'>;

/**
 * Writes an export and its manifest, each row while it is read: what is held does not grow with what is exported. All of
 * it is of one moment, whatever is edited meanwhile. The signal ends it at any time, and no file is left then.
 */
export async function writeExport(
  session: Session,
  cancelled: AbortSignal,
  wanted: Wanted,
): Promise<Answer<'export:write'>> {
  const workspace = must(session.workspace(), 'the open workspace');
  const exportedAt = session.ports.clock.now().toISOString();
  const tell = createTeller(session, wanted.name ?? null);
  const drafts = createDrafts();
  try {
    return await besideOthers(session, async (db, closing) => {
      const signal = AbortSignal.any([cancelled, closing]);
      const chosen = await runPaced(choose(db, wanted, tell), signal);
      const content = toContent(db, chosen, { exportedAt, query: wanted.query, tell });
      const heed = () => {
        if (signal.aborted) throw new QueryCancelled();
      };
      const saved = await writeFiles(drafts, content, wanted, heed);
      const manifest: ExportManifest = {
        format: 'weft-manifest',
        version: 1,
        app: { name: packageJson.productName, version: packageJson.version },
        workspace: basename(workspace.path),
        exportedAt,
        filter: wanted.query,
        counts: { entities: chosen.ids.size, relationships: content.relationshipsRead() },
        files: saved.map(({ path, bytes, sha256 }) => ({ name: basename(path), bytes, sha256 })),
      };
      const manifestPath = toManifestPath(wanted.path);
      const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
      await drafts.write({ path: manifestPath, pieces: [text] });
      heed();
      await drafts.publish();
      return { manifest, paths: [...saved.map(({ path }) => path), manifestPath] };
    });
  } finally {
    await drafts.discard();
    tell.end();
  }
}

async function writeFiles(
  drafts: Drafts,
  content: Content,
  { path, format }: Wanted,
  heed: () => void,
): Promise<SavedFile[]> {
  const saved: SavedFile[] = [];
  for (const { suffix, pieces } of toFiles(content, format)) {
    const named = `${withoutEnding(path)}${suffix}${extname(path)}`;
    saved.push(await drafts.write({ path: named, pieces }, heed));
  }
  return saved;
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}

function toManifestPath(path: string): string {
  return join(dirname(path), `${basename(withoutEnding(path))}.manifest.json`);
}

/** Which entities are exported, and the columns that they have together. */
interface Chosen {
  readonly ids: ReadonlySet<EntityId>;
  readonly columns: Columns;
}

/** A first look at all. A format of columns says them before its first row, and so is read twice. */
function* choose(db: ReadableDb, { query, format }: Wanted, tell: LateTeller<Progress>): Paced<Chosen> {
  const ids = new Set<EntityId>();
  const { columns, note } = createColumnNotes();
  for (const page of readEntityIdPages(db, yield* toCondition(db, parseQuery(query)))) {
    for (const id of page) ids.add(id);
    if (format !== 'json') for (const entity of readExportedEntities(db, page)) note(entity);
    tell.soFar({ done: ids.size, total: null });
    yield;
  }
  return { ids, columns };
}

/** Entities that are read at once, and whose relationships are asked for together. */
const PAGE = 200;

interface Telling {
  readonly exportedAt: string;
  readonly query: string;
  readonly tell: LateTeller<Progress>;
}

/** All rows, read when they are asked for. How far it is counts each entity twice: itself, and what begins at it. */
function toContent(
  db: ReadableDb,
  { ids, columns }: Chosen,
  { exportedAt, query, tell }: Telling,
): Content & { relationshipsRead(): number } {
  const total = ids.size * 2;
  let read = 0;
  return {
    exportedAt,
    query,
    columns,
    relationshipsRead: () => read,
    entities: function* entities() {
      let done = 0;
      for (const page of toParts([...ids], PAGE)) {
        yield readExportedEntities(db, page);
        done += page.length;
        tell.soFar({ done, total });
      }
    },
    connections: () => readExportedConnections(db),
    types: () => readVocabulary(db).map(({ type }) => type),
    views: function* views() {
      for (const { key } of readViewNames(db)) yield toViewFile(readView(db, key));
    },
    relationships: function* relationships({ origins } = { origins: false }) {
      read = 0;
      let done = ids.size;
      for (const page of toParts([...ids], PAGE)) {
        for (const batch of readRelationshipsFrom(db, page, (id) => ids.has(id), origins)) {
          read += batch.length;
          yield batch;
        }
        done += page.length;
        tell.soFar({ done, total });
      }
    },
  };
}

/** `total` is null while it is not known how much there is. */
interface Progress {
  readonly done: number;
  readonly total: number | null;
}

function createTeller({ emit }: Session, name: string | null): LateTeller<Progress> {
  return createLateTeller(
    (progress: Progress) => emit('export:progressed', { name, ...progress }),
    ({ done, total }) => ({ done: total ?? done, total: total ?? done }),
  );
}
