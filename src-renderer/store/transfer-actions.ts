import type { Answer, Params } from '../../src-preload/contract/requests.ts';
import type { Request } from '../api/request.ts';
import { answerForm, type FormAnswer } from './connection-actions.ts';
import type { Notices } from './notices.ts';
import { type AppStore, patchView } from './store.ts';

/** Actions that bring rows in and out. */
export function createTransferActions(store: AppStore, request: Request, notices: Notices) {
  const choose = async (purpose: Params<'app:choose-file'>['purpose']) =>
    (await attempt('show the file dialog', () => request('app:choose-file', { purpose })))?.path ?? null;
  const { tell, attempt, tellIfCancelled } = notices;
  let exports = 0;
  /** The imports for which the file dialog is open and that nobody has closed meanwhile. */
  const choosing = new Set<string>();
  const writeExport = async (params: Params<'export:write'>) => {
    const { manifest, paths } = await request('export:write', params);
    patchView(store, { transfer: null });
    const { entities, relationships } = manifest.counts;
    tell('good', `Exported ${entities} entities and ${relationships} relationships`, paths.join(', '));
  };
  const read = (handle: string, source: Params<'import:inspect'>['source']) =>
    answerForm(() => tellIfCancelled(request('import:inspect', { source, handle })));
  const commitImport = async (params: Params<'import:commit'>) => {
    const { counts, carried } = await request('import:commit', params);
    await request('import:forget', { handle: params.handle });
    patchView(store, { transfer: null });
    const left = counts.refused + counts.choice;
    const rest = left === 0 ? '' : ` ${left} ${left === 1 ? 'row was' : 'rows were'} left out.`;
    const made = counts.made === 0 ? '' : `, ${counts.made} made for missing ends`;
    const beside =
      carried.types + carried.views === 0
        ? ''
        : `; relationship types: ${carried.types}, views: ${carried.views}`;
    tell(
      'good',
      `Imported: ${counts.create} added, ${counts.update} changed${made}${beside}`,
      `Undo takes all of it back.${rest}`,
    );
  };
  return {
    /** Reads a file that the person chooses; undefined where they changed their mind or cancelled. */
    readImportFile: async (handle: string): Promise<FormAnswer<Answer<'import:inspect'> | undefined>> => {
      choosing.add(handle);
      const path = await choose('import');
      const isWanted = choosing.delete(handle);
      return path === null || !isWanted
        ? { ok: true, value: undefined }
        : await read(handle, { paths: [path] });
    },
    readImportText: (handle: string, text: string) =>
      read(handle, { text, format: text.includes('\t') ? 'tsv' : 'csv' }),
    previewImport: (params: Params<'import:preview'>) => answerForm(() => request('import:preview', params)),
    /** Imports what is taken, closes the dialog and says what became of it. */
    commitImport: (params: Params<'import:commit'>) =>
      answerForm(() => tellIfCancelled(commitImport(params))),
    cancelImport: (handle: string) =>
      attempt('cancel the import', () => request('import:cancel', { handle })),
    /** Lets go of what was read, or ends its reading. */
    forgetImport: (handle: string) => {
      choosing.delete(handle);
      return attempt('close the import', () => request('import:forget', { handle }));
    },
    /** Saves the rows that are left out, with what is wrong with each. */
    saveImportErrors: async (params: Params<'import:commit'>) => {
      const path = await choose('errors');
      if (path === null) return;
      const saved = await attempt('save the rejected rows', () =>
        request('import:save-errors', { ...params, path }),
      );
      if (saved !== undefined)
        tell('good', `${saved.rows} rejected ${saved.rows === 1 ? 'row' : 'rows'} saved`, path);
    },
    /** Exports to a file that the person chooses; its ending says the format. */
    exportRows: (query: string): Promise<FormAnswer<null>> =>
      answerForm(async () => {
        const path = await choose('export-all');
        if (path === null) return null;
        exports += 1;
        await tellIfCancelled(
          writeExport({ path, format: toFormat(path), query, name: `export-${exports}` }),
        );
        return null;
      }),
    /** Ends the export that is being written; nothing is left of it. */
    cancelExport: async () => {
      const name = store.getState().server.exportProgress?.name ?? null;
      if (name !== null) await attempt('cancel the export', () => request('query:cancel', { name }));
    },
  };
}

type Format = Params<'export:write'>['format'];

/** The format that the ending names; any other name gets JSON, which loses nothing. */
function toFormat(path: string): Format {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  const formats: readonly Format[] = ['csv', 'tsv', 'xlsx', 'graphml'];
  return formats.find((format) => format === ending) ?? 'json';
}
