import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ExportManifest } from '../../src-preload/contract/transfer-requests.ts';

/** A file as the manifest of its export says it was written. */
type ExportedFile = ExportManifest['files'][number];

/** What the manifest beside a file says of it; null where there is none that speaks of it. */
export async function readExportedFile(path: string): Promise<ExportedFile | null> {
  const name = basename(path);
  for (const place of toPlaces(path)) {
    const manifest = await readManifest(place);
    const found = manifest?.files.find((file) => file.name === name);
    if (found !== undefined) return found;
  }
  return null;
}

/** An export of several files has one manifest, called as was chosen. */
function toPlaces(path: string): string[] {
  const named = basename(path, extname(path));
  const chosen = named.replace(/-(?:entities|relationships)$/, '');
  return [...new Set([named, chosen])].map((stem) => join(dirname(path), `${stem}.manifest.json`));
}

/** A manifest is a few lines. */
const MOST_BYTES = 1024 * 1024;

async function readManifest(path: string): Promise<ExportManifest | null> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) return null;
    return ExportManifest.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    // nobody needs a manifest: what is none says nothing of the file
    return null;
  }
}
