import type { EntityId, Neighbourhood } from '../../src-preload/contract/model.ts';
import type { Matching } from '../../src-preload/contract/queries.ts';
import { DRAWN_LIMIT } from '../../src-preload/contract/requests.ts';
import { RequestError } from '../api/request.ts';
import type { DrawingFacts, DrawingSettings } from './drawing-state.ts';
import { isCancelled, isQueryProblem, type Problem, toProblem } from './problems.ts';
import { partsOfQuery } from './query-parts.ts';
import { createQuestionNames } from './question-names.ts';
import type { AppState, ViewData } from './state.ts';
import { type Followed, follow, type Wiring } from './wiring.ts';

/** The most neighbours drawn for each root. */
const NEIGHBOUR_LIMIT = 60;
/** From when on it is told that a picture is being read, in milliseconds. */
const TOLD_AFTER_MS = 500;
/** The most of what a query finds that is drawn. */
export const MATCH_LIMIT = 300;

/** What decides what is drawn where no query does. */
const drawnParts = ['entities', 'relationships', 'outbox'] as const;

type Request = Wiring['request'];

/** What decides what is drawn. */
interface Wanted {
  readonly roots: EntityId[];
  readonly query: string;
  readonly kept: EntityId[];
  readonly filter: string;
  readonly sequence: number;
}

/** Reads the picture: what the query finds, the neighbourhoods of the roots, what an opened view draws. */
export function readDrawing({ view, server, patch, request, fail }: Wiring): Followed {
  const names = createQuestionNames(request, 'graph');
  const tellLate = async <T>(name: string, reading: Promise<T>): Promise<T> => {
    const timer = setTimeout(() => {
      if (names.isAsked(name)) patch({ drawingProgress: { name } });
    }, TOLD_AFTER_MS);
    try {
      return await reading;
    } finally {
      clearTimeout(timer);
      if (server().drawingProgress?.name === name) patch({ drawingProgress: null });
    }
  };
  const { reading } = follow<Wanted, Awaited<ReturnType<typeof read>>>([], {
    wanted: () => toWanted(view()),
    read: (wanted) => {
      const name = names.next();
      const { roots, drawing } = view();
      const reading = read(
        whileAsked(request, () => names.isAsked(name)),
        { wanted, settings: { roots, drawing } },
        name,
      );
      return tellLate(name, reading);
    },
    write: (picture) => {
      if (picture === null) names.cancel();
      patch({ neighbourhood: picture?.neighbourhood ?? null, drawing: picture?.facts ?? null });
    },
    // who cancelled it was told
    fail: (error) => (isCancelled(error) ? undefined : fail('the graph')(error)),
    goneBack: names.cancel,
  });
  return {
    get parts() {
      const { query, filter } = view().drawing;
      return [...drawnParts, ...[query, filter.text].filter((text) => text !== '').flatMap(partsOfQuery)];
    },
    reading,
  };
}

/** Asks nothing more once nobody waits for what it is asked for. */
function whileAsked(request: Request, isAsked: () => boolean): Request {
  return async (channel, params) => {
    if (!isAsked()) throw new RequestError('cancelled', 'Another picture is wanted by now.');
    return await request(channel, params);
  };
}

function toWanted({ openPath, roots, drawing }: ViewData): Wanted | null {
  const { query, kept, filter, arrangement } = drawing;
  if (openPath === null || (roots.length === 0 && kept.length === 0 && query === '')) return null;
  const sequence = arrangement?.sequence ?? 0;
  return { roots: [...roots], query, kept: [...kept], filter: filter.text.trim(), sequence };
}

const toPictureKey = (wanted: Wanted | null): string => JSON.stringify(wanted);

/** Whether what is drawn was read for what is wanted now: only then do its places belong to its settings. */
export function selectIsPictureRead({ view, server }: AppState): boolean {
  return server.drawing?.key === toPictureKey(toWanted(view));
}

/** Whether what is drawn can be saved over the view that is open. */
export function selectIsOpenViewRead(state: AppState): boolean {
  const { openView } = state.server;
  return openView !== null && openView.id === state.view.drawing.openId && selectIsPictureRead(state);
}

async function read(
  request: Request,
  { wanted, settings }: { readonly wanted: Wanted; readonly settings: DrawingSettings },
  name: string,
): Promise<{ readonly neighbourhood: Neighbourhood; readonly facts: DrawingFacts }> {
  const { roots, query, kept, filter, sequence } = wanted;
  const found =
    query === ''
      ? null
      : await askQuery(() => request('graph:matching', { text: query, budget: MATCH_LIMIT, name }));
  const matches = found?.answer ?? null;
  const neighbourhood =
    matches !== null && roots.length === 0 && kept.length === 0
      ? { ...toPicture(matches), omitted: [] }
      : await request('graph:neighbourhood', {
          roots,
          limit: NEIGHBOUR_LIMIT,
          also: [...new Set([...kept, ...(matches?.entities ?? []).map(({ id }) => id)])],
          name,
        });
  const ids = neighbourhood.entities.map(({ id }) => id);
  const left =
    filter === '' ? null : await askQuery(() => readFiltered(request, { text: filter, name }, ids));
  return {
    neighbourhood,
    facts: {
      matched: matches === null ? null : { total: matches.total, omitted: matches.omitted },
      queryProblem: found?.problem ?? null,
      matching: left?.answer ?? null,
      filterProblem: left?.problem ?? null,
      sequence,
      key: toPictureKey(wanted),
      settings,
    },
  };
}

function toPicture({ entities, relationships, relationshipTotal }: Matching): Omit<Neighbourhood, 'omitted'> {
  return { entities, relationships, relationshipTotal };
}

async function readFiltered(
  request: Request,
  asked: { readonly text: string; readonly name: string },
  ids: EntityId[],
): Promise<ReadonlySet<EntityId>> {
  const matching = new Set<EntityId>();
  for (let start = 0; start === 0 || start < ids.length; start += DRAWN_LIMIT) {
    const answer = await request('graph:filter', { ...asked, ids: ids.slice(start, start + DRAWN_LIMIT) });
    for (const id of answer.ids) matching.add(id);
  }
  return matching;
}

/** What cannot be read as a query is told beside its box; every other error is one of the picture. */
async function askQuery<T>(
  ask: () => Promise<T>,
): Promise<{ readonly answer: T | null; readonly problem: Problem | null }> {
  try {
    return { answer: await ask(), problem: null };
  } catch (error) {
    if (!isQueryProblem(error)) throw error;
    return { answer: null, problem: toProblem(error) };
  }
}
