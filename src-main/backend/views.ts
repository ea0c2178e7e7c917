import { open } from 'node:fs/promises';
import type { Answer, ParsedParams } from '../../src-preload/contract/requests.ts';
import { VIEW_TEXT_LENGTH } from '../../src-preload/contract/view-requests.ts';
import { ViewId, type ViewSettings } from '../../src-preload/contract/views.ts';
import { importView, saveView, withFreeName } from './commands/views.ts';
import { QueryError } from './query/errors.ts';
import { parseQuery } from './query/parse.ts';
import type { Session } from './session.ts';
import { readView } from './store/views.ts';
import { TransferError } from './transfer/errors.ts';
import { saveFiles } from './transfer/save-files.ts';
import { parseViewText, toViewText } from './transfer/view-file.ts';

/** Saved views as far as files and the query language are concerned. */

/** Saves what is drawn; a query or a filter that cannot be read is refused with its position. */
export function saveDrawnView(session: Session, params: ParsedParams<'views:save'>): Answer<'views:save'> {
  parseQuery(params.settings.query);
  parseQuery(params.settings.filter.text);
  const context = session.commandContext();
  if (params.id !== null) readView(context.db, params.id);
  return saveView(context, { ...params, id: params.id ?? ViewId.parse(session.ports.newId()) });
}

export async function exportView(
  session: Session,
  { id, path }: ParsedParams<'views:export'>,
): Promise<Answer<'views:export'>> {
  const text = toViewText(readView(session.db(), id));
  if (path !== null) await saveFiles([{ path, pieces: [new TextEncoder().encode(text)] }]);
  return { text, path };
}

export async function takeOverView(
  session: Session,
  { source, name, rename }: ParsedParams<'views:import'>,
): Promise<Answer<'views:import'>> {
  const label = 'path' in source ? source.path : 'The text';
  const text = 'path' in source ? await readText(source.path) : source.text;
  const file = parseViewText(label, text);
  refuseUnreadable(label, 'query', file.query);
  refuseUnreadable(label, 'filter', file.filter.text);
  const called = { ...file, name: name ?? file.name };
  return importView(session.commandContext(), rename ? withFreeName(session.db(), called) : called);
}

function refuseUnreadable(label: string, part: 'query' | keyof ViewSettings, text: string): void {
  try {
    parseQuery(text);
  } catch (cause) {
    if (!(cause instanceof QueryError)) throw cause;
    const message = `${label} was not taken over: ${part}: ${cause.message} No view was changed.`;
    throw new TransferError('view-not-read', message, { cause });
  }
}

/** Never more than a view can be, however large the file is. */
async function readText(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const most = VIEW_TEXT_LENGTH * 3; // bytes of as many characters
      if (size > most) throw new Error(`it is larger than ${most} bytes`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TransferError('view-not-read', `${path} cannot be read: ${why}. No view was changed.`, {
      cause,
    });
  }
}
