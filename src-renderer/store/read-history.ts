import type { Difference, PastRelationship } from '../../src-preload/contract/history-requests.ts';
import type { Request } from '../api/request.ts';
import type { PastLine, PastQuestion } from './history-state.ts';
import { createQuestionNames } from './question-names.ts';
import type { AppState, ListStart } from './state.ts';
import { type Followed, followList, type Wiring } from './wiring.ts';

/** Keeps what is looked at of the past equal to what the backend says of it. */
export function readPast({ view, server, patch, request, fail }: Wiring): Followed {
  const names = createQuestionNames(request, 'past');
  return followList(['history', 'relationships', 'entities'], {
    wanted: () => {
      const { openPath, panel, past } = view();
      if (openPath === null || panel !== 'history' || past === null) return null;
      return { params: toParams(openPath, past), range: past.range };
    },
    read: (question, offset, limit) => ask(request, question, { name: names.current(), offset, limit }),
    overtaken: names.cancel,
    cache: () => server().past,
    write: (past) => patch({ past }),
    fail: fail('what was there then'),
  });
}

/** What decides what is read. */
type Asked = Pick<PastQuestion, 'at' | 'showing' | 'of'> & { readonly path: string };

function toParams(path: string, { at, showing, of }: PastQuestion): Asked {
  return { path, at, showing, of };
}

/** The question whose rows are shown, while another may be asked; null where none was answered yet. */
export function selectShownPast({ view: { openPath, past }, server }: AppState): PastQuestion | null {
  const isShown = (question: PastQuestion | null) =>
    openPath !== null &&
    question !== null &&
    server.past.query === JSON.stringify(toParams(openPath, question));
  return [past, past?.before ?? null].find(isShown) ?? null;
}

/** Later than anything that happens, so that every page of a difference up to now belongs to one question. */
const NOW = '9999-12-31T23:59:59.999Z';

async function ask(
  request: Request,
  { at, showing, of }: Asked,
  page: { readonly name: string; readonly offset: number; readonly limit: number },
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
