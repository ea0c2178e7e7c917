import { z } from 'zod';
import { VIEW_TEXT_LENGTH } from '../../../src-preload/contract/view-requests.ts';
import { ViewFile, type ViewSettings } from '../../../src-preload/contract/views.ts';
import { inTurn, type StoredView } from '../store/views.ts';
import { TransferError } from './errors.ts';

/** A view as text for people to read and edit: the keys in a fixed order, the entities by address. */
export function toViewText(view: StoredView): string {
  return `${JSON.stringify(toViewFile(view), null, 2)}\n`;
}

/** A view as a file holds it. */
export function toViewFile({ key, name, settings, places }: StoredView): ViewFile {
  return {
    format: 'weft-view',
    version: 1,
    id: key,
    name,
    ...toOrdered(settings),
    roots: inTurn(places).map(({ address }) => address),
    entities: places.map(({ address, x, y, pinned }) => ({ entity: address, x, y, pinned })),
  };
}

function toOrdered({ query, filter, hiddenKinds, viewport }: ViewSettings): ViewSettings {
  return {
    query,
    filter: { text: filter.text, mode: filter.mode },
    hiddenKinds,
    viewport: viewport === null ? null : { zoom: viewport.zoom, x: viewport.x, y: viewport.y },
  };
}

/** Reads such a text; throws a TransferError that names the place in it. */
export function parseViewText(source: string, text: string): ViewFile {
  if (text.length > VIEW_TEXT_LENGTH) {
    throw notTaken(source, `it has more than ${VIEW_TEXT_LENGTH} characters.`);
  }
  const parsed = ViewFile.safeParse(parseJson(source, text));
  if (!parsed.success) throw notTaken(source, toReason(parsed.error));
  const fault = findViewFault(parsed.data);
  if (fault !== null) throw notTaken(source, fault);
  return parsed.data;
}

/** What the form of a view does not say: nothing stands twice, and it grows from what it draws. */
export function findViewFault({ entities, roots }: ViewFile): string | null {
  const addresses = new Set<string>();
  for (const [index, { entity }] of entities.entries()) {
    if (addresses.has(entity)) return `entities ${index + 1}: ${entity} is there twice.`;
    addresses.add(entity);
  }
  const stray = roots.find((root, index) => !addresses.has(root) || roots.indexOf(root) !== index);
  return stray === undefined ? null : `roots: ${stray} is there twice, or not among the entities.`;
}

function parseJson(source: string, text: string): unknown {
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    throw notTaken(source, `it is not JSON${why}.`);
  }
}

function toReason(error: z.ZodError): string {
  const issue = error.issues[0];
  const at = (issue?.path ?? []).map((part) => (typeof part === 'number' ? part + 1 : String(part)));
  return `${at.length === 0 ? '' : `${at.join(' ')}: `}${issue?.message ?? 'it is no view.'}`;
}

function notTaken(source: string, why: string): TransferError {
  return new TransferError('view-not-read', `${source} was not taken over: ${why} No view was changed.`);
}
