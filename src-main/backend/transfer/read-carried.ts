import { z } from 'zod';
import { Vocabulary } from '../../../src-preload/contract/relationship-types.ts';
import { ViewFile } from '../../../src-preload/contract/views.ts';
import { type Carried, toReadings } from '../commands/carried.ts';
import { findSymmetryFault } from '../commands/vocabulary.ts';
import { notRead, type TransferError } from './errors.ts';
import { findViewFault } from './view-file.ts';

/** What marks our own export, and the newest form of it that is understood. The first had rows only. */
export const EXPORT_FORMAT = 'weft-export';
export const EXPORT_VERSION = 2;

/** More views than any workspace holds. */
const Views = z.array(ViewFile).max(1000);

/** What our own export holds beside rows; throws where that cannot be taken over. */
export function readCarried(file: string, content: Readonly<Record<string, unknown>>): Carried {
  const { version } = content;
  if (!Number.isInteger(version) || Number(version) < 1) {
    throw notRead({ file, row: 1, column: 'version' }, 'an export has a version, a whole number from 1.');
  }
  if (Number(version) > EXPORT_VERSION) {
    const what = `it is of version ${Number(version)}, of a newer Weft; this one reads up to ${EXPORT_VERSION}. Update Weft.`;
    throw notRead({ file, row: 1, column: 'version' }, what);
  }
  const types = parse(file, 'types', Vocabulary, content['types'] ?? []);
  const views = parse(file, 'views', Views, content['views'] ?? []);
  const fault = findTypeFault(types) ?? findFaultOfViews(views);
  if (fault !== null) throw notRead({ file: `${file} ${fault.list}`, row: fault.row, column: 1 }, fault.what);
  return { types, views };
}

interface Fault {
  readonly list: 'types' | 'views';
  readonly row: number;
  readonly what: string;
}

function findTypeFault(types: Carried['types']): Fault | null {
  const readings = new Map<string, string>();
  for (const [index, type] of types.entries()) {
    const at = { list: 'types' as const, row: index + 1 };
    const fault = findSymmetryFault(type);
    if (fault !== null) return { ...at, what: fault };
    for (const reading of toReadings(type)) {
      const other = readings.get(reading);
      if (other !== undefined) return { ...at, what: `“${type.name}” reads the same as “${other}”.` };
      readings.set(reading, type.name);
    }
  }
  return null;
}

function findFaultOfViews(views: Carried['views']): Fault | null {
  const ids = new Set<string>();
  for (const [index, view] of views.entries()) {
    const what = ids.has(view.id) ? `the view ${view.id} is there twice.` : findViewFault(view);
    if (what !== null) return { list: 'views', row: index + 1, what };
    ids.add(view.id);
  }
  return null;
}

function parse<T>(file: string, list: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw toFault(`${file} ${list}`, parsed.error);
}

function toFault(file: string, error: z.ZodError): TransferError {
  const [issue] = error.issues;
  const [index, ...rest] = issue?.path ?? [];
  const column = rest.length === 0 ? 1 : rest.map(String).join('.');
  const row = typeof index === 'number' ? index + 1 : 1;
  return notRead({ file, row, column }, (issue?.message ?? 'it cannot be read').replace(/\.?$/, '.'));
}
