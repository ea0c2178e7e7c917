import type { Difference, TypeDifference } from '../../src-preload/contract/history-requests.ts';
import type { EntitySummary } from '../../src-preload/contract/model.ts';
import type { RelationshipType } from '../../src-preload/contract/relationship-types.ts';
import type { ViewSummary } from '../../src-preload/contract/views.ts';
import type { Request } from '../api/request.ts';
import { countOf } from '../ui/format.ts';
import type { PastLine, PastQuestion, PastSubject } from './history-state.ts';
import { missingPages } from './page-cache.ts';
import { createQuestionNames } from './question-names.ts';
import type { AppState, ListStart } from './state.ts';
import { type Followed, followList, type Wiring } from './wiring.ts';

/** What the names of questions about the past begin with. */
const NAMES = 'past';

/** Whether a question of that name reads what is looked at of the past. */
export function isLookAtPast(name: string): boolean {
  return name.startsWith(`${NAMES}-`);
}

/** Keeps what is looked at of the past equal to what the backend says of it. */
export function readPast({ view, server, patch, request, fail }: Wiring): Followed {
  const names = createQuestionNames(request, NAMES);
  return followList(['history', 'relationships', 'entities'], {
    wanted: () => {
      const { openPath, panel, past } = view();
      if (openPath === null || panel !== 'history' || past === null) return null;
      return { params: toParams(openPath, past), range: past.range };
    },
    read: (question, offset, limit) => ask(request, question, { name: names.current(), offset, limit }),
    overtaken: names.cancel,
    restsOnFailure: true,
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

/** How what is asked of the past stands: `unread` once its reading failed. */
export type PastStand = 'shown' | 'reading' | 'unread';

/** Whether the rows shown answer the question that is asked, or one before it. */
export function selectPastStand(state: AppState): PastStand {
  if (selectShownPast(state) === state.view.past) return 'shown';
  return state.server.past.resting.size > 0 ? 'unread' : 'reading';
}

/** Of the rows of the past that are in sight, whether some were not read and whether some are from before a change. */
export function toPastGaps({ server: { past: list }, view: { past } }: AppState): {
  readonly isMissing: boolean;
  readonly isStale: boolean;
} {
  if (past === null) return { isMissing: false, isStale: false };
  const unread = missingPages(list, past.range);
  return {
    isMissing: unread.some((page) => !list.pages.has(page)),
    isStale: unread.some((page) => list.pages.has(page)),
  };
}

/** Later than anything that happens, so that every page of a difference up to now belongs to one question. */
const NOW = '9999-12-31T23:59:59.999Z';

/** A moment, what is asked of it, and which part of the answer. */
interface Question {
  readonly at: string;
  readonly name: string;
  readonly offset: number;
  readonly limit: number;
}

type Answer = Promise<ListStart<PastLine>>;

/** What was there at the moment, of each that can be looked at. */
const then: Readonly<Record<PastSubject, (request: Request, question: Question) => Answer>> = {
  relationships: async (request, question) => {
    const { total, rows } = await request('history:as-of', question);
    return { total, rows: rows.map((row) => toLine(row, null, row.type ?? '')) };
  },
  entities: async (request, question) => {
    const { total, rows } = await request('history:entities-as-of', question);
    return { total, rows: rows.map((entity) => toEntityLine(entity, null, null, null)) };
  },
  types: async (request, question) => {
    const { total, rows } = await request('history:types-as-of', question);
    return { total, rows: rows.map(({ type }) => toNamedLine(type.name, type.name, null, toReading(type))) };
  },
  views: async (request, question) => {
    const { total, rows } = await request('history:views-as-of', question);
    return { total, rows: rows.map((view) => toNamedLine(view.id, view.name, null, toViewWords(view))) };
  },
};

/** What has changed since the moment, of each that can be looked at. */
const difference: Readonly<Record<PastSubject, (request: Request, question: Question) => Answer>> = {
  relationships: async (request, question) => {
    const { total, rows } = await request('history:diff', toSince(question));
    return { total, rows: rows.map(toDifferenceLine) };
  },
  entities: async (request, question) => {
    const { total, rows } = await request('history:entity-diff', toSince(question));
    return {
      total,
      rows: rows.map(({ change, entity, before, after }) => toEntityLine(entity, change, before, after)),
    };
  },
  types: async (request, question) => {
    const { total, rows } = await request('history:type-diff', toSince(question));
    return { total, rows: rows.map((row) => toNamedLine(row.name, row.name, row.change, toChanged(row))) };
  },
  views: async (request, question) => {
    const { total, rows } = await request('history:view-diff', toSince(question));
    return { total, rows: rows.map((row) => toNamedLine(row.id, row.name, row.change, toChanged(row))) };
  },
};

function toSince({ at, ...page }: Question) {
  return { from: at, to: NOW, ...page };
}

function ask(
  request: Request,
  { at, showing, of }: Asked,
  page: { readonly name: string; readonly offset: number; readonly limit: number },
): Answer {
  return (showing === 'difference' ? difference : then)[of](request, { at, ...page });
}

function toEntityLine(
  entity: EntitySummary,
  change: PastLine['change'],
  before: string | null,
  after: string | null,
): PastLine {
  const text = change === 'changed' ? toChanged({ change, before, after }) : '';
  return {
    id: entity.id,
    change,
    entity,
    name: entity.name,
    target: null,
    text,
    connection: entity.connection,
  };
}

/** What differs of something that is there at both moments. */
function toChanged({ change, before, after }: Pick<TypeDifference, 'change' | 'before' | 'after'>): string {
  return change === 'changed' ? `${before ?? ''} → ${after ?? ''}` : '';
}

function toNamedLine(id: string, name: string, change: PastLine['change'], text: string): PastLine {
  return { id, change, entity: null, name, target: null, text, connection: '' };
}

/** How a type reads from its target. */
function toReading({ inverse, symmetric }: RelationshipType): string {
  return symmetric ? 'reads the same from both ends' : inverse;
}

function toViewWords({ entityCount, query }: ViewSummary): string {
  return [countOf(entityCount, 'entity', 'entities'), query].filter((part) => part !== '').join(', ');
}

function toDifferenceLine({ change, relationship, before, after }: Difference): PastLine {
  const changed = `${before ?? 'no type'}, now ${after ?? 'no type'}`;
  const type = (change === 'added' ? after : before) ?? '';
  return toLine(relationship, change, change === 'changed' ? changed : type);
}

function toLine(
  { id, source, target, connection }: Difference['relationship'],
  change: PastLine['change'],
  text: string,
): PastLine {
  return { id, change, entity: source, name: source.name, target, text, connection };
}
