import { basename, dirname, extname, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { EntityId } from '../../src-preload/contract/model.ts';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import type { ExportManifest } from '../../src-preload/contract/transfer-requests.ts';
import { besideOthers } from './beside-others.ts';
import { must } from './must.ts';
import { parseQuery } from './query/parse.ts';
import type { Session } from './session.ts';
import { type ExportedEntity, readEntityPages, readRelationshipsFrom } from './store/export-rows.ts';
import { toCondition } from './store/query-sql.ts';
import type { ReadableDb } from './store/sql.ts';
import type { Content } from './transfer/export-content.ts';
import { saveFiles } from './transfer/save-files.ts';
import { toFiles } from './transfer/write-export.ts';
import { type Paced, runPaced } from './traverse/pace.ts';

/**
 * Writes an export and its manifest. All of it is of one moment, whatever is edited meanwhile. Until it was read whole,
 * the signal ends it, and no file is written.
 */
export async function writeExport(
  session: Session,
  cancelled: AbortSignal,
  { path, format, query }: ParsedParams<'export:write'>,
): Promise<Answer<'export:write'>> {
  const workspace = must(session.workspace(), 'the open workspace');
  const exportedAt = session.ports.clock.now().toISOString();
  const stem = path.slice(0, path.length - extname(path).length);
  const { content, files } = await besideOthers(session, async (db, closing) => {
    const signal = AbortSignal.any([cancelled, closing]);
    const read = await runPaced(readContent(db, query, exportedAt), signal);
    return { content: read, files: await runPaced(toFiles(read, format), signal) };
  });
  const saved = await saveFiles(
    files.map(({ suffix, bytes }) => ({ path: `${stem}${suffix}${extname(path)}`, bytes })),
  );
  const manifest: ExportManifest = {
    format: 'weft-manifest',
    version: 1,
    app: { name: packageJson.productName, version: packageJson.version },
    workspace: basename(workspace.path),
    exportedAt,
    filter: query,
    counts: { entities: content.entities.length, relationships: content.relationships.length },
    files: saved.map(({ path: written, bytes, sha256 }) => ({ name: basename(written), bytes, sha256 })),
  };
  const manifestPath = join(dirname(path), `${basename(stem)}.manifest.json`);
  const text = new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`);
  await saveFiles([{ path: manifestPath, bytes: text }]);
  return { manifest, paths: [...saved.map(({ path: written }) => written), manifestPath] };
}

const PAGE = 200;

function* readContent(db: ReadableDb, query: string, exportedAt: string): Paced<Content> {
  const entities = new Map<EntityId, ExportedEntity>();
  for (const page of readEntityPages(db, yield* toCondition(db, parseQuery(query)))) {
    for (const entity of page) entities.set(entity.id, entity);
    yield;
  }
  const ids = [...entities.keys()];
  const relationships: Content['relationships'][number][] = [];
  for (let start = 0; start < ids.length; start += PAGE) {
    for (const row of readRelationshipsFrom(db, ids.slice(start, start + PAGE))) {
      const [source, target] = [entities.get(row.sourceId), entities.get(row.targetId)];
      if (source !== undefined && target !== undefined) relationships.push({ ...row, source, target });
    }
    yield;
  }
  return { exportedAt, query, entities: [...entities.values()], relationships };
}
