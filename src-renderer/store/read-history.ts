import type { Difference, PastRelationship } from '../../src-preload/contract/history-requests.ts';
import type { Request } from '../api/request.ts';
import type { PastLine, PastQuestion } from './history-state.ts';
import type { ListStart } from './state.ts';
import { type Followed, followList, type Wiring } from './wiring.ts';

/** Keeps what is looked at of the past equal to what the backend says of it. */
export function readPast({ view, server, patch, request, fail }: Wiring): Followed {
  return followList(['history', 'relationships', 'entities'], {
    wanted: () => {
      const { openPath, panel, past } = view();
      if (openPath === null || panel !== 'history' || past === null) return null;
      const { range, ...question } = past;
      return { params: { path: openPath, ...question }, range };
    },
    read: (question, offset, limit) => ask(request, question, { offset, limit }),
    cache: () => server().past,
    write: (past) => patch({ past }),
    fail: fail('what was there then'),
  });
}

/** Later than anything that happens, so that every page of a difference up to now belongs to one question. */
const NOW = '9999-12-31T23:59:59.999Z';

async function ask(
  request: Request,
  { at, showing, of }: Omit<PastQuestion, 'range'>,
  page: { readonly offset: number; readonly limit: number },
): Promise<ListStart<PastLine>> {
  const since = { from: at, to: NOW, ...page };
  if (of === 'entities') {
    if (showing === 'difference') {
      const { total, rows } = await request('history:entity-diff', since);
      return {
        total,
        rows: rows.map(({ change, entity, before, after }) => toEntityLine(entity, change, before, after)),
      };
    }
    const { total, rows } = await request('history:entities-as-of', { at, ...page });
    return { total, rows: rows.map((entity) => toEntityLine(entity, null, null, null)) };
  }
  if (showing === 'difference') {
    const { total, rows } = await request('history:diff', since);
    return { total, rows: rows.map(toDifferenceLine) };
  }
  const { total, rows } = await request('history:as-of', { at, ...page });
  return { total, rows: rows.map((row) => toLine(row, null, row.type ?? '')) };
}

function toEntityLine(
  entity: PastLine['entity'],
  change: PastLine['change'],
  before: string | null,
  after: string | null,
): PastLine {
  const text = change === 'changed' ? `${before ?? ''} → ${after ?? ''}` : '';
  return { id: entity.id, change, entity, target: null, text, connection: entity.connection };
}

function toDifferenceLine({ change, relationship, before, after }: Difference): PastLine {
  const changed = `${before ?? 'no type'}, now ${after ?? 'no type'}`;
  const type = (change === 'added' ? after : before) ?? '';
  return toLine(relationship, change, change === 'changed' ? changed : type);
}

function toLine(
  { id, source, target, connection }: Omit<PastRelationship, 'type'>,
  change: PastLine['change'],
  text: string,
): PastLine {
  return { id, change, entity: source, target, text, connection };
}
